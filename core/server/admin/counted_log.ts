/** Counts what is logged, so that a monitor can see that peers are dropped or a disk is full. */

import type { Metric } from "../../host/prometheus.ts";
import type { Log, LogFields } from "../../host/log.ts";

/** A log that counts its warnings and errors, and passes everything on. */
export class CountedLog implements Log {
  readonly #log: Log;
  readonly #counts = new Map<string, { readonly labels: Record<string, string>; value: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  debug(message: string, fields?: LogFields): void {
    this.#log.debug(message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log.info(message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#count("warn", message);
    this.#log.warn(message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#count("error", message);
    this.#log.error(message, fields);
  }

  /** How often each warning and each error came. */
  metric(): Metric {
    return {
      name: "dist824_log_events_total",
      help: "Warnings and errors in the log, by their message",
      type: "counter",
      values: [...this.#counts.values()],
    };
  }

  #count(level: "warn" | "error", event: string): void {
    const key = `${level} ${event}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.value++;
    else this.#counts.set(key, { labels: { level, event }, value: 1 });
  }
}
