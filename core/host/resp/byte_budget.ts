/** Memory that many share: who wants some asks first. */

/** Counts bytes up to a limit. */
export class ByteBudget {
  readonly max: number;
  #used = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** The bytes that are taken now. */
  get used(): number {
    return this.#used;
  }

  /** Takes `bytes` if that many are left, and says whether they were. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.max) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#used -= bytes;
  }
}
