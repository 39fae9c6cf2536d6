/**
 * The second way to build: one file of a shell script, the compressed program and the compressed Deno that
 * runs the build. `stub.sh` is the script; this file fills in its blanks and puts the parts together.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { BuildInfo } from "../../core/host/build_info.ts";
import { RUN_FLAGS } from "../../core/host/run_flags.ts";

/** The script is filled up to this many bytes, so that it can name the places of what follows it. */
const STUB_BYTES = 4096;

const compress = promisify(gzip);

/** Returns the bytes of the self-extracting file. `cacheDir` keeps compressed runtimes between builds. */
export async function selfExtracting(
  program: Uint8Array,
  info: BuildInfo,
  cacheDir: string,
): Promise<Uint8Array> {
  const runtime = await readFile(Deno.execPath());
  const runtimeHash = shortHash(runtime);
  const packedRuntime = await packedOnce(runtime, join(cacheDir, `runtime-${runtimeHash}.gz`));
  const packedProgram = await compress(program);
  const stub = await filledStub({
    VERSION: info.version,
    COMMIT: info.commit,
    PROGRAM_HASH: shortHash(program),
    PROGRAM_START: `${STUB_BYTES + 1}`,
    PROGRAM_LENGTH: `${packedProgram.length}`,
    RUNTIME_HASH: runtimeHash,
    RUNTIME_START: `${STUB_BYTES + packedProgram.length + 1}`,
    RUNTIME_LENGTH: `${packedRuntime.length}`,
    FLAGS: RUN_FLAGS.join(" "),
  });
  return Buffer.concat([stub, packedProgram, packedRuntime]);
}

function shortHash(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 16);
}

/** Compresses `data` unless `file` already holds the result. */
async function packedOnce(data: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch {
    const packed = await compress(data, { level: 6 });
    await mkdir(join(file, ".."), { recursive: true });
    const partial = `${file}.${Deno.pid}`;
    await writeFile(partial, packed);
    await rename(partial, file);
    return packed;
  }
}

async function filledStub(blanks: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const template = await readFile(new URL("stub.sh", import.meta.url), "utf8");
  const script = template.replace(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = blanks[name];
    if (value === undefined) throw new Error(`stub.sh has an unknown blank: ${name}`);
    return value;
  });
  const stub = new Uint8Array(STUB_BYTES).fill("#".charCodeAt(0));
  const { written, read } = new TextEncoder().encodeInto(script, stub.subarray(0, -1));
  if (read < script.length) {
    throw new RangeError(`stub.sh must fit into ${STUB_BYTES} bytes: it has ${script.length}`);
  }
  stub[STUB_BYTES - 1] = "\n".charCodeAt(0);
  return stub.subarray(0, Math.max(written, STUB_BYTES));
}
