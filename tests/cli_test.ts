/**
 * Golden cases of the real program. Each folder of `tests/cli` is one: `args` (one argument a line), and where
 * they matter `stdin`, `stdout`, `stderr` (empty if there is no such file) and `code` (0 if there is none).
 * `[*]` in an expected output stands for anything. The program under test is the source, or the executable
 * that `DIST824` names. `deno test -A tests/cli_test.ts -- --update` writes what came out where it differs.
 */

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { selfCommand } from "../core/host/self_command.ts";

const CASES = join(import.meta.dirname!, "cli");

async function read(dir: string, name: string, absent = ""): Promise<string> {
  try {
    return await readFile(join(dir, name), "utf8");
  } catch {
    return absent;
  }
}

async function runCase(dir: string): Promise<{ code: string; stdout: string; stderr: string }> {
  const args = (await read(dir, "args")).split("\n").slice(0, -1);
  const given = Deno.env.get("DIST824");
  const program = given === undefined ? selfCommand(args) : { command: given, args };
  const child = new Deno.Command(program.command, {
    args: program.args,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = new TextEncoder().encode(await read(dir, "stdin"));
  const [output] = await Promise.all([
    child.output(),
    new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {}),
  ]);
  const decoder = new TextDecoder();
  return {
    code: `${output.code}\n`,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

function matches(expected: string, actual: string): boolean {
  const parts = expected.split("[*]").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(actual);
}

for (const name of (await readdir(CASES)).sort()) {
  Deno.test(`cli: ${name.replaceAll("_", " ")}`, async () => {
    const dir = join(CASES, name);
    const actual = await runCase(dir);
    for (const part of ["stdout", "stderr", "code"] as const) {
      const expected = await read(dir, part, part === "code" ? "0\n" : "");
      if (matches(expected, actual[part])) continue;
      if (!Deno.args.includes("--update")) assert.equal(actual[part], expected, part);
      await writeFile(join(dir, part), actual[part]);
    }
  });
}
