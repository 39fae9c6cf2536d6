/** The shape of the house: who may import whom, where things come from, and how large they may grow. */

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname!, "..");

/** What each folder of `core/` may import beside itself and `core/base`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  raft: [],
  rsm: ["raft"],
  kv: ["rsm"],
  shardctrler: ["rsm"],
  shardkv: ["shardctrler", "kv", "rsm"],
  mapreduce: [],
  check: [],
  sim: ["raft", "rsm", "check"],
  host: [],
  server: ["raft", "rsm", "kv", "shardctrler", "shardkv", "mapreduce", "check", "host"],
};

/** An import of one file by another: paths from the root of the tree, or a specifier like `node:path`. */
interface Import {
  readonly from: string;
  readonly to: string;
}

async function sourceFiles(): Promise<string[]> {
  const folders = ["core", "cmd", "tests", "scripts"];
  const found = await Promise.all(folders.map(async (folder) => {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    return names.filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`);
  }));
  return ["main.ts", "mod.ts", ...found.flat()].sort();
}

/** Every import in the tree, types included, as `deno info` sees them. */
async function allImports(): Promise<Import[]> {
  const dir = await mkdtemp(join(tmpdir(), "dist824-architecture-"));
  const everything = join(dir, "everything.ts");
  const files = (await sourceFiles()).map((file) => pathToFileURL(join(ROOT, file)).href);
  await writeFile(everything, files.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", "--config", join(ROOT, "deno.json"), everything],
  }).output();
  await rm(dir, { recursive: true });
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: InfoModule[] };
  return modules.filter(({ specifier }) => specifier.startsWith(pathToFileURL(ROOT).href))
    .flatMap(({ specifier, dependencies = [] }) =>
      dependencies.map(({ code, type, specifier: written }) => ({
        from: place(specifier),
        to: place(code?.specifier ?? type?.specifier ?? written),
      }))
    );
}

/** The parts of the output of `deno info --json` that matter here. */
interface InfoModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

function place(specifier: string): string {
  return specifier.startsWith("file:") ? relative(ROOT, fileURLToPath(specifier)) : specifier;
}

function isTest(path: string): boolean {
  return path.startsWith("tests/") || path.endsWith("_test.ts");
}

/** `raft` for `core/raft/log.ts`; `undefined` outside `core`. */
function coreFolder(path: string): string | undefined {
  return /^core\/([^/]+)\//.exec(path)?.[1];
}

/** Why this import must not be, or `undefined` if it may. */
function objection({ from, to }: Import): string | undefined {
  if (/^(npm|node):/.test(to)) return undefined;
  if (/^[a-z]+:/.test(to)) return "dependencies come from npm or are built into Deno";
  if (isTest(from) || to === "deno.json") return undefined;
  if (from === "main.ts") return to.startsWith("cmd/") ? undefined : "main.ts only starts cmd";
  const folder = coreFolder(from);
  const target = coreFolder(to);
  if (from === "mod.ts") return target === undefined ? "mod.ts only re-exports core" : undefined;
  if (folder === undefined) return undefined;
  if (target === undefined) return "core stands on nothing outside core";
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined) return `core/${folder} is not in the list of who may import whom`;
  const isAllowed = target === folder || target === "base" || allowed.includes(target);
  return isAllowed ? undefined : `core/${folder} may not import core/${target}`;
}

Deno.test("architecture: every import is one that the design allows", async () => {
  const imports = await allImports();
  const wrong = imports.map((each) => ({ ...each, because: objection(each) }))
    .filter(({ because }) => because !== undefined);
  assert.deepEqual(wrong, []);
});

Deno.test("architecture: the check sees what it is about", async () => {
  const imports = await allImports();
  const has = (from: string, to: string) =>
    imports.some((each) => each.from === from && each.to === to);
  assert.ok(has("main.ts", "cmd/mod.ts"));
  assert.ok(has("core/base/ports.ts", "core/base/units.ts"), "an import of types only");
  assert.ok(has("tests/architecture_test.ts", "node:path"));
  for (
    const [from, to] of [
      ["core/raft/log.ts", "core/sim/simulation.ts"],
      ["core/host/clock.ts", "core/raft/raft.ts"],
      ["core/sim/network.ts", "core/host/clock.ts"],
      ["core/base/units.ts", "core/raft/log.ts"],
      ["core/base/units.ts", "cmd/run.ts"],
      ["core/new/file.ts", "core/raft/log.ts"],
      ["core/raft/log.ts", "tests/labs/mod.ts"],
      ["main.ts", "core/raft/mod.ts"],
      ["mod.ts", "cmd/mod.ts"],
      ["tests/a_test.ts", "jsr:@std/assert"],
      ["cmd/run.ts", "https://example.org/x.ts"],
    ] as const
  ) assert.notEqual(objection({ from, to }), undefined, `${from} -> ${to}`);
});

Deno.test("architecture: every folder of core has a mod.ts that says what it is", async () => {
  for (const entry of await readdir(join(ROOT, "core"), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const text = await readFile(join(ROOT, "core", entry.name, "mod.ts"), "utf8");
    assert.match(text, /^\/\*\*[^]*?@module/, `core/${entry.name}/mod.ts`);
  }
});

Deno.test("architecture: no file is too large to read in one go", async () => {
  for (const file of await sourceFiles()) {
    const lines = (await readFile(join(ROOT, file), "utf8")).split("\n").length - 1;
    const limit = isTest(file) ? 800 : file.startsWith("core/raft/") ? 400 : 500;
    assert.ok(lines <= limit, `${file} has ${lines} lines, at most ${limit} are allowed`);
  }
});

Deno.test("architecture: exports have names", async () => {
  for (const file of await sourceFiles()) {
    if (file === "scripts/lint_plugin.ts") continue;
    const text = await readFile(join(ROOT, file), "utf8");
    assert.doesNotMatch(text, /^export default/m, file);
  }
});

Deno.test("architecture: the lock file names no machine and no registry", async () => {
  const lock = await readFile(join(ROOT, "deno.lock"), "utf8");
  assert.doesNotMatch(lock, /https?:|file:|"remote"|"redirects"/);
});
