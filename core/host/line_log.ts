/**
 * The log of a process: one line per event, as text for people or as JSON for machines. A line is written before
 * the call returns, so nothing is lost when the process ends, however it ends.
 */

import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  getThrottlingFilter,
  type LogLevel as TapeLevel,
} from "@logtape/logtape";
import type { Log, LogFields, LogFormat, LogLevel } from "./log.ts";

/** What a log is told. */
export interface LineLogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes a whole line, with its end. */
  readonly write: (line: string) => void;
  /** What stands in every line, such as which server it is. */
  readonly fields?: LogFields;
  /** Milliseconds since some moment, to see floods by; the wall clock by default. */
  readonly now?: () => number;
}

/** So many lines with the same message are written in ten seconds; the rest is counted. Peers can cause lines. */
const LINES_MAX = 100;
const WINDOW_MS = 10_000;

const CATEGORY = "dist824";

/** Opens the log of this process. Another call takes its place. */
export function lineLog(options: LineLogOptions): Log {
  const { level, format, write, fields, now = Date.now } = options;
  const formatter = format === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter({ timestamp: "rfc3339", format: textLine });
  const logger = getLogger(CATEGORY).with(plain(fields));
  const log: Log = {
    debug: (message, more) => logger.debug(message, plain(more)),
    info: (message, more) => logger.info(message, plain(more)),
    warn: (message, more) => logger.warning(message, plain(more)),
    error: (message, more) => logger.error(message, plain(more)),
  };
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(formatter(record)) },
    filters: { flood: floodFilter(log, now) },
    loggers: [
      {
        category: CATEGORY,
        sinks: ["lines"],
        filters: ["flood"],
        lowestLevel: level === "warn" ? "warning" : level,
      },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
    ],
  });
  return log;
}

function floodFilter(log: Log, clock: () => number): ReturnType<typeof getThrottlingFilter> {
  const warning = (_message: string, { suppressed, lastRecord }: Record<string, unknown>) =>
    log.warn("lines left out", {
      of: (lastRecord as { readonly rawMessage: string }).rawMessage,
      count: suppressed as number,
    });
  return getThrottlingFilter({
    limit: LINES_MAX,
    windowMs: WINDOW_MS,
    clock,
    summary: { logger: { warning } },
  });
}

/** `2026-01-31T12:00:00.000Z warn  peer dropped server=1 peer=127.0.0.1:40312 reason="bad checksum"`. */
function textLine(
  { timestamp, message, record }: {
    readonly timestamp: string | null;
    readonly message: string;
    readonly record: { readonly level: TapeLevel; readonly properties: Record<string, unknown> };
  },
): string {
  const level = record.level === "warning" ? "warn" : record.level;
  const pairs = Object.entries(record.properties).map(([name, value]) => ` ${name}=${word(value)}`);
  return `${timestamp} ${level.padEnd(5)} ${message}${pairs.join("")}`;
}

/** A value as one word; in quotes if it would not be one. */
function word(value: unknown): string {
  const text = String(value);
  return /^[^\s"=\p{C}]+$/u.test(text) ? text : JSON.stringify(text);
}

/** Fields without those that are not there, and without what must not be read by whoever reads logs. */
function plain(fields: LogFields = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, SECRET.test(name) ? "[secret]" : value]),
  );
}

const SECRET = /pass(word|phrase)?$|secret|credential|authorization|private/i;
