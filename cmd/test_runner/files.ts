/** Files that are there whole or not at all, and the check beforehand that they can be written. */

import { dirname, join } from "node:path";
import { FailedError, UsageError } from "../errors.ts";

/**
 * Writes `parts` to a file beside `path`, then renames it to `path`. A pipe or a device is written to where it is.
 *
 * @throws {FailedError} If that is not possible; the file beside is gone again then.
 */
export function writeWholeFile(path: string, parts: Iterable<Uint8Array>): void {
  const special = isSpecial(path);
  const beside = besidePath(path);
  try {
    writeParts(special ? path : beside, parts);
    if (!special) Deno.renameSync(beside, path);
  } catch (error) {
    if (!special) removeQuietly(beside);
    throw new FailedError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

function writeParts(path: string, parts: Iterable<Uint8Array>): void {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  try {
    for (const part of parts) {
      let rest = part;
      while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    }
  } finally {
    file.close();
  }
}

/** Writes text; otherwise as {@linkcode writeWholeFile}. */
export function writeWholeText(path: string, text: string): void {
  writeWholeFile(path, [new TextEncoder().encode(text)]);
}

/**
 * Finds out, before the work, whether a result can be written to `path` after it.
 *
 * @throws {UsageError} If it cannot; `option` is what the message names.
 */
export function checkWritableFile(option: string, path: string): void {
  try {
    if (path === "" || Deno.statSync(path).isDirectory) {
      throw new UsageError(`${option}: cannot write '${path}': it is not the name of a file`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!(error instanceof Deno.errors.NotFound)) throw cannotWrite(option, path, error);
  }
  if (!isSpecial(path)) checkWritableFolder(option, dirname(path), path);
}

/**
 * Makes the folder if it is missing, and finds out whether files can be written into it.
 *
 * @throws {UsageError} If not; `option` is what the message names.
 */
export function makeWritableFolder(option: string, path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw cannotWrite(option, path, error);
  }
  checkWritableFolder(option, path, path);
}

function checkWritableFolder(option: string, folder: string, path: string): void {
  const probe = besidePath(join(folder, "probe"));
  try {
    Deno.writeFileSync(probe, new Uint8Array(0));
    Deno.removeSync(probe);
  } catch (error) {
    throw cannotWrite(option, path, error);
  }
}

/** Says whether a pipe or a device stands at `path`: whoever names one wants it written to, not replaced. */
function isSpecial(path: string): boolean {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return !isFile && !isDirectory;
  } catch {
    return false;
  }
}

function besidePath(path: string): string {
  return `${path}.${Deno.pid}.part`;
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made.
  }
}

function cannotWrite(option: string, path: string, error: unknown): UsageError {
  return new UsageError(`${option}: cannot write '${path}': ${reasonOf(error)}`);
}

/** The operating system's words, without the name of the call that said them. */
function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such folder";
  // Deno keeps the files by which the system shows itself from all but programs that may do everything.
  if (error instanceof Deno.errors.NotCapable) {
    return "this program may not write into /dev, /proc or /sys";
  }
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\).*$/, "").replace(/^.*: /, "");
}
