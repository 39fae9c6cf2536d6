/** Why a write-ahead log cannot be opened. */

/**
 * `damaged`: bytes that were once safe are not what was written; `missing`: a file that the log needs is not there;
 * `foreign`: the folder belongs to another server or cluster; `version`: it was written by a program that is too new;
 * `locked`: another process owns the folder.
 */
export type WalErrorReason = "damaged" | "missing" | "foreign" | "version" | "locked";

/** A write-ahead log refuses to open. It has changed nothing. The message says where, and what to do. */
export class WalError extends Error {
  override readonly name = "WalError";
  readonly reason: WalErrorReason;
  /** The file, without its folder; `undefined` if it is about the whole folder. */
  readonly file: string | undefined;
  /** Where in the file, in bytes from its beginning. */
  readonly offset: number | undefined;

  constructor(
    reason: WalErrorReason,
    message: string,
    place: { readonly file?: string; readonly offset?: number; readonly cause?: unknown } = {},
  ) {
    super(message, place.cause === undefined ? {} : { cause: place.cause });
    this.reason = reason;
    this.file = place.file;
    this.offset = place.offset;
  }
}

/**
 * A server that starts without what it once promised can undo what its cluster has committed: emptying the folder
 * is the one thing that must not be advised.
 */
const ADVICE =
  "Nothing was changed. Check the disk, and put back a copy of the whole folder as it " +
  "was when the server last ran, or retire this server; do not start it with an empty folder under " +
  "its old id, because it has made promises that it would not remember";

/** Makes the error for bytes that are not what was written. */
export function damaged(path: string, file: string, offset: number, what: string): WalError {
  const message =
    `Cannot open the log in "${path}": ${file} is damaged at byte ${offset}: ${what}. ${ADVICE}`;
  return new WalError("damaged", message, { file, offset });
}

/** Makes the error for a file that ought to be there. */
export function missing(path: string, file: string, what: string): WalError {
  return new WalError(
    "missing",
    `Cannot open the log in "${path}": ${file} is missing: ${what}. ${ADVICE}`,
    { file },
  );
}
