/** What a word count must come to, and what it has come to. */

import { join } from "node:path";
import { wc } from "../../../core/mapreduce/apps/wc.ts";
import { runSequentially } from "../../../core/mapreduce/oracle.ts";

/** Counts the words of a folder one after the other: the lines of the result, sorted. */
export async function expectedLines(folder: string): Promise<string[]> {
  const inputs = [...Deno.readDirSync(folder)].map(({ name }) => ({
    file: name,
    contents: Deno.readFileSync(join(folder, name)),
  }));
  const decoder = new TextDecoder();
  const lines = await runSequentially(wc, inputs);
  return lines.map((line) => decoder.decode(line)).sort();
}

/** Says what is wrong with the result in a folder; `undefined` if nothing is. */
export function whatIsWrong(
  folder: string,
  expected: readonly string[],
  reduceTasks: number,
): string | undefined {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const wanted = Array.from({ length: reduceTasks }, (_, i) => `mr-out-${i}`);
  const missing = [...wanted, "_SUCCESS"].filter((name) => !names.includes(name));
  if (missing.length > 0) return `${missing.join(", ")} missing in ${folder}`;
  const surplus = names.filter((name) => !wanted.includes(name) && name !== "_SUCCESS");
  if (surplus.length > 0) return `${surplus.join(", ")} left in ${folder}`;
  const lines = wanted.flatMap((name) => Deno.readTextFileSync(join(folder, name)).split("\n"))
    .filter((line) => line !== "").sort();
  const at = expected.findIndex((line, i) => line !== lines[i]);
  if (at < 0 && lines.length === expected.length) return undefined;
  const place = at < 0 ? expected.length : at;
  return `the result in ${folder} is wrong: ${
    JSON.stringify(expected[place] ?? "no more lines")
  } ` +
    `was expected, not ${JSON.stringify(lines[place] ?? "no more lines")}`;
}
