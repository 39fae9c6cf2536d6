/** When operations have succeeded, and the longest time in which none has. */

/** A stretch of time in which successes are waited for. */
export interface Watch {
  /** Ends it: the longest time without a success, in the section that was worst off; in milliseconds. */
  end(): number;
}

/** See the head of this file. */
export class Availability {
  readonly #sections: readonly string[];
  readonly #now: () => number;
  readonly #listeners = new Set<(section: string, begun: number, at: number) => void>();

  constructor(sections: readonly string[], now: () => number) {
    this.#sections = sections;
    this.#now = now;
  }

  /** An operation that was begun then has succeeded. */
  success(section: string, begun: number): void {
    const at = this.#now();
    for (const listener of [...this.#listeners]) listener(section, begun, at);
  }

  /** Begins to watch. */
  watch(): Watch {
    const start = this.#now();
    const last = new Map(this.#sections.map((section) => [section, start]));
    let longest = 0;
    const note = (section: string, at: number) => {
      longest = Math.max(longest, at - last.get(section)!);
      last.set(section, at);
    };
    const listener = (section: string, _begun: number, at: number) => note(section, at);
    this.#listeners.add(listener);
    return {
      end: () => {
        this.#listeners.delete(listener);
        for (const section of this.#sections) note(section, this.#now());
        return longest;
      },
    };
  }

  /** Resolves true when in every section an operation has succeeded that was begun after now; false if not in time. */
  back(patience: number, signal: AbortSignal): Promise<boolean> {
    const since = this.#now();
    const missing = new Set(this.#sections);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const listener = (section: string, begun: number) => {
      if (begun >= since) missing.delete(section);
      if (missing.size === 0) resolve(true);
    };
    const onAbort = () => resolve(false);
    const timer = setTimeout(resolve, patience, false);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    this.#listeners.add(listener);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      this.#listeners.delete(listener);
    });
  }
}
