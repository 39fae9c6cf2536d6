/** The log of a server that people watch: one line for each event. */

import type { Log, LogFields } from "../../core/host/mod.ts";
import type { OutputStream } from "../command.ts";

/** How much is said, from everything to next to nothing. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One of them. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Returns a log that writes what is at least as important as `level`. */
export function lineLog(stream: OutputStream, level: LogLevel): Log {
  const at = (own: LogLevel) =>
    LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)
      ? () => {}
      : (message: string, fields?: LogFields) =>
        stream.write(`${own.padEnd(5)} ${message}${fieldsText(fields)}\n`);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function fieldsText(fields: LogFields = {}): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => ` ${name}=${valueText(value!)}`).join("");
}

function valueText(value: string | number | boolean): string {
  return typeof value === "string" && /[\s"=]/.test(value) ? JSON.stringify(value) : `${value}`;
}
