/** The input files of a job, as the user names them. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { InputFile } from "../../core/mapreduce/splits.ts";
import { FailedError } from "../errors.ts";

/**
 * Looks at the input files; a folder stands for all files directly in it, but for hidden ones. Everything that is
 * wrong is found before a job begins.
 *
 * @throws {FailedError} If a file is not there, cannot be read or is no file; or if there are none.
 */
export function findInputs(names: readonly string[]): InputFile[] {
  const inputs: InputFile[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const found = look(name);
    if (typeof found === "string") problems.push(found);
    else inputs.push(...found);
  }
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length === 1 ? "" : `, and ${problems.length - 1} more such problems`;
    throw new FailedError(first + more);
  }
  if (inputs.length === 0) throw new FailedError(`there are no files in ${names.join(", ")}`);
  return inputs;
}

/** The files of a name, or what is wrong with it. */
function look(name: string): InputFile[] | string {
  try {
    const info = Deno.statSync(name);
    if (info.isDirectory) return filesIn(name);
    if (!info.isFile) return `${name} is not a file: its size must be known, and it must stay`;
    Deno.openSync(name).close();
    return [{ file: name, size: info.size, version: String(info.mtime?.getTime() ?? "") }];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no input file ${name}`;
    const why = error instanceof Deno.errors.PermissionDenied ? "permission denied" : String(error);
    return `cannot read ${name}: ${why}`;
  }
}

function filesIn(folder: string): InputFile[] | string {
  const inputs: InputFile[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    if (Deno.statSync(path).isDirectory) continue;
    const found = look(path);
    if (typeof found === "string") return found;
    inputs.push(...found);
  }
  return inputs;
}
