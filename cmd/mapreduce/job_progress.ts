/** One line of a terminal that shows how a job stands. */

import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import type { OutputStream } from "../command.ts";

const TAKE_AWAY = "\r\x1b[K";
const BAR_WIDTH = 20;

/** The text of the line: `map [########            ] 40%, reduce 0/10, 2 workers, 96 MB/s`. */
export function jobProgressText(status: JobStatus): string {
  const { phase, map, reduce, workers, inputBytes, elapsed } = status;
  if (phase === "waiting") return "waiting for the first worker";
  const alive = workers.filter(({ life }) => life === "alive").length;
  const people = alive === 0 ? "no workers" : alive === 1 ? "1 worker" : `${alive} workers`;
  const lost = map.failed + map.lost + reduce.failed + reduce.lost;
  const tail = `${people}${lost === 0 ? "" : `, ${lost} attempts lost`}`;
  if (phase === "map") {
    const rate = inputBytes * map.fraction / 1e6 / Math.max(0.001, elapsed / 1000);
    return `map ${bar(map.fraction)} ${map.completed}/${map.tasks}, ${
      rate.toFixed(0)
    } MB/s, ${tail}`;
  }
  return `map done, reduce ${bar(reduce.fraction)} ${reduce.completed}/${reduce.tasks}, ${tail}`;
}

function bar(fraction: number): string {
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  return `[${"#".repeat(Math.floor(fraction * BAR_WIDTH)).padEnd(BAR_WIDTH)}]${percent}`;
}

/** Draws the line on a terminal, and nothing elsewhere. */
export class JobProgress {
  readonly #stream: OutputStream;
  #visible = false;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  draw(status: JobStatus): void {
    if (!this.#stream.isTerminal) return;
    this.#visible = true;
    const text = jobProgressText(status).slice(0, this.#stream.columns - 1);
    this.#stream.write(TAKE_AWAY + text);
  }

  /** Takes the line away, so that something else can be written there. */
  clear(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#stream.write(TAKE_AWAY);
  }
}
