/**
 * How a member of a local cluster says that it serves: one line on standard output, with the addresses where it
 * does. Everything else that it says there is passed on as it is.
 */

const PREFIX = "dist824 ready ";

/** Where a member serves: `peers`, `clients`, `admin` or what else it has, as `HOST:PORT`. */
export type ReadyReport = Readonly<Record<string, string>>;

/** Returns the line, with its end. */
export function readyLine(report: ReadyReport): string {
  return `${PREFIX}${JSON.stringify(report)}\n`;
}

/** Reads the line; `undefined` if it is any other. */
export function parseReadyLine(line: string): ReadyReport | undefined {
  if (!line.startsWith(PREFIX)) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(PREFIX.length));
    return typeof value === "object" && value !== null ? value as ReadyReport : undefined;
  } catch {
    return undefined;
  }
}
