/** Loads code that is not part of the program: applications that a user wrote. */

import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** A module cannot be loaded. The message is one line and names the place. */
export class ModuleError extends Error {
  override readonly name = "ModuleError";
}

/** What a module exports. */
export interface LoadedModule {
  readonly exports: Readonly<Record<string, unknown>>;
  /** As an absolute path. */
  readonly path: string;
  /** Names what the file holds: another content, another fingerprint. Files that it imports do not count. */
  readonly fingerprint: string;
}

/**
 * Loads a TypeScript or JavaScript module by its path, relative to the current folder. Types are not checked.
 *
 * @throws {ModuleError} If there is no such file, or it is broken.
 */
export async function loadModule(file: string): Promise<LoadedModule> {
  const path = resolve(file);
  const content = await readSource(file, path);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  try {
    const exports = await import(pathToFileURL(path).href);
    return { exports, path, fingerprint: hash.toHex().slice(0, 16) };
  } catch (cause) {
    throw new ModuleError(`cannot load ${file}: ${causeText(cause)}`, { cause });
  }
}

async function readSource(file: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new ModuleError(`cannot load ${file}: ${why}`, { cause });
  }
}

/** The first line of the message, and the place if it names one. */
function causeText(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const message = stripVTControlCharacters(cause.message);
  const stack = stripVTControlCharacters(cause.stack ?? "");
  const [first = ""] = message.split("\n");
  const text = withPaths(first.replace(/^(TypeError: )?/, ""));
  const place = /\b(file:\/\/.+?)(:\d+:\d+)/.exec(`${message}\n${stack}`);
  if (place === null) return text;
  const written = pathOf(place[1]!) + place[2]!;
  return text.includes(written) ? text : `${text} (${written})`;
}

/** Writes paths where there are URLs of files. */
function withPaths(text: string): string {
  return text.replace(/file:\/\/[^\s"']+?(?=:\d|["'\s]|$)/g, pathOf);
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
