/**
 * The progress bar: one line of a terminal, redrawn in place. It is only ever drawn on a terminal, and
 * taken away before anything else is written there.
 */

const TAKE_AWAY = "\r\x1b[K";

/** Where a run stands. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly passed: number;
  readonly notPassed: number;
  readonly elapsedMs: number;
}

/**
 * The text of the bar: `Test Progress: [####                ] 20.0%  10 passed, 0 failed, 4 s left`. What does not
 * fit into `columns` is left out, from the end.
 */
export function progressText(progress: Progress, columns = Infinity): string {
  const share = progress.total === 0 ? 1 : progress.done / progress.total;
  const marks = "#".repeat(Math.floor(share * 20)).padEnd(20);
  // Cut, not rounded: 100.0 % is not shown while something is left to do.
  const percent = (Math.floor(share * 1000) / 10).toFixed(1);
  const left = share === 0 || share === 1
    ? ""
    : `, ${spanText(progress.elapsedMs / share - progress.elapsedMs)} left`;
  const bar = `Test Progress: [${marks}] ${percent}%`;
  const counts = `${bar}  ${progress.passed} passed, ${progress.notPassed} failed`;
  const text = [counts + left, counts, bar].find(({ length }) => length <= columns);
  return text ?? bar.slice(0, columns);
}

/** Writes a span of wall time for people: `4 s`, `3 min 20 s`, `2 h 5 min`. */
export function spanText(spanMs: number): string {
  const seconds = Math.ceil(spanMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

/** What a {@linkcode ProgressBar} needs. */
export interface ProgressBarOptions {
  /** Writes to the terminal that shows the bar; `undefined` if there is none: then nothing is ever drawn. */
  readonly write: ((text: string) => void) | undefined;
  /** The terminal's width: a longer line would wrap, and could not be redrawn. */
  readonly columns: () => number;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
  /** The least time between two drawings. */
  readonly everyMs?: number;
}

/** Draws and takes away the bar. */
export class ProgressBar {
  readonly #write: ((text: string) => void) | undefined;
  readonly #columns: () => number;
  readonly #now: () => number;
  readonly #everyMs: number;
  #drawnAt = -Infinity;
  #visible = false;

  constructor(options: ProgressBarOptions) {
    this.#write = options.write;
    this.#columns = options.columns;
    this.#now = options.now;
    this.#everyMs = options.everyMs ?? 100;
  }

  /** Draws the bar, unless it was drawn a moment ago and still stands. */
  draw(progress: Progress): void {
    if (this.#write === undefined) return;
    const now = this.#now();
    if (this.#visible && now - this.#drawnAt < this.#everyMs) return;
    this.#drawnAt = now;
    this.#visible = true;
    this.#write(TAKE_AWAY + progressText(progress, this.#columns() - 1));
  }

  /** Takes the bar away, so that something else can be written on its line. */
  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#write?.(TAKE_AWAY);
  }
}
