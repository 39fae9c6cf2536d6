/** Notices a disk that does not do its part: one that is full, and one that takes for ever. */

import { type Clock, type Millis, ms, type Timer } from "../../base/mod.ts";

/** What is wrong with a disk, apart from failure. */
export type DiskTrouble = "full" | "stalled";

/** What is watched, and who is told. */
export interface DiskWatchOptions {
  readonly clock: Clock;
  /** A small write that takes longer has stalled. */
  readonly stallTime: Millis;
  /** For how long the disk has been busy with the same write. */
  readonly busyFor: () => Millis;
  /** How many bytes that write has. */
  readonly busyBytes: () => number;
  /** Trouble has come, or has gone. */
  readonly onChange: (isThere: boolean, trouble: DiskTrouble) => void;
}

/** How often the watch looks, as parts of the stall time. */
const LOOKS = 8;

/** A disk that writes so little in a millisecond is slow and does its part; 8 MB may take 800 ms more than nothing. */
const SLOW_BYTES_PER_MS = 10_000;

/** Looks at a disk from time to time. */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #troubles = new Set<DiskTrouble>();
  #isLate = false;
  #timer: Timer | undefined;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#arm();
  }

  /** Whether the present write has stalled. */
  get isStalled(): boolean {
    return this.#troubles.has("stalled");
  }

  /** The disk has said that it is full, or that it is so no more. */
  setFull(isFull: boolean): void {
    this.#set("full", isFull);
  }

  /** Looks no more. */
  stop(): void {
    this.#timer?.cancel();
  }

  #arm(): void {
    const { clock, stallTime } = this.#options;
    this.#timer = clock.after(ms(stallTime / LOOKS), () => {
      this.#look();
      this.#arm();
    });
  }

  /**
   * Two looks must agree: after a pause of the whole program the first one comes before the program has heard that
   * the write is over.
   */
  #look(): void {
    const { busyFor, busyBytes, stallTime } = this.#options;
    const wasLate = this.#isLate;
    this.#isLate = busyFor() > stallTime + busyBytes() / SLOW_BYTES_PER_MS;
    if (wasLate === this.#isLate) this.#set("stalled", this.#isLate);
  }

  #set(trouble: DiskTrouble, isThere: boolean): void {
    if (this.#troubles.has(trouble) === isThere) return;
    if (isThere) this.#troubles.add(trouble);
    else this.#troubles.delete(trouble);
    this.#options.onChange(isThere, trouble);
  }
}
