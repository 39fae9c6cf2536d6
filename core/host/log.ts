/** What a server says of itself while it runs: one event, one line. Where the lines go is decided elsewhere. */

/** What belongs to an event; plain values. `undefined` is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes events. The message is a short fixed phrase, the details are fields, so that a machine can search them. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The log that keeps nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The same log, with these fields in every event. */
export function withFields(log: Log, fields: LogFields): Log {
  return {
    debug: (message, more) => log.debug(message, { ...fields, ...more }),
    info: (message, more) => log.info(message, { ...fields, ...more }),
    warn: (message, more) => log.warn(message, { ...fields, ...more }),
    error: (message, more) => log.error(message, { ...fields, ...more }),
  };
}

/** The levels, from the most to the fewest lines. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A level: it and those behind it in {@linkcode LOG_LEVELS} are written. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How lines look. */
export const LOG_FORMATS = ["text", "json"] as const;

/** See {@linkcode LOG_FORMATS}. */
export type LogFormat = (typeof LOG_FORMATS)[number];
