/**
 * Builds the program as one executable file: with `deno compile` where its base runtime can be had, as a
 * self-extracting file otherwise. Both behave the same.
 *
 * Usage: `deno task build [--out FILE] [--kind auto|compile|self-extracting]`
 */

import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import config from "../deno.json" with { type: "json" };
import { type BuildKind, sourceCommit } from "../core/host/build_info.ts";
import { bundle } from "./build/bundle.ts";
import { compile, NoBaseRuntimeError } from "./build/compile.ts";
import { selfExtracting } from "./build/self_extracting.ts";
import { REPOSITORY } from "./build/shell.ts";

const FETCH_SECONDS = 30;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(REPOSITORY, "dist824") },
    kind: { type: "string", default: "auto" },
  },
});
if (!["auto", "compile", "self-extracting"].includes(values.kind)) {
  throw new TypeError(
    `--kind is auto, compile or self-extracting: current value is ${values.kind}`,
  );
}

const started = performance.now();
const out = resolve(values.out);
await mkdir(dirname(out), { recursive: true });
const workDir = await mkdtemp(join(dirname(out), ".dist824-build-"));
try {
  const kind = await build();
  await chmod(join(workDir, "dist824"), 0o755);
  await rename(join(workDir, "dist824"), out);
  const megabytes = ((await stat(out)).size / 1e6).toFixed(1);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  say(`${out}: ${megabytes} MB, ${kind}, built in ${took} s`);
} finally {
  await rm(workDir, { recursive: true });
}

/** Leaves the executable as `dist824` in the work directory, and says how it was built. */
async function build(): Promise<BuildKind> {
  if (values.kind !== "self-extracting") {
    try {
      await writeBundle("deno compile");
      await compile(workDir, "dist824.js", "dist824", FETCH_SECONDS);
      return "deno compile";
    } catch (error) {
      if (!(error instanceof NoBaseRuntimeError) || values.kind === "compile") throw error;
      say(`no base runtime for deno compile (${error.message}): making a self-extracting file`);
    }
  }
  await writeBundle("self-extracting");
  const program = await readFile(join(workDir, "dist824.js"));
  const file = await selfExtracting(program, info("self-extracting"), join(REPOSITORY, "dist"));
  await writeFile(join(workDir, "dist824"), file);
  return "self-extracting";
}

async function writeBundle(kind: BuildKind): Promise<void> {
  await writeFile(join(workDir, "dist824.js"), await bundle(info(kind), workDir));
}

function info(kind: BuildKind) {
  return { version: config.version, commit: sourceCommit(), kind };
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
