import assert from "node:assert/strict";
import plugin from "../scripts/lint_plugin.ts";

/** The rules that `source` breaks as the file `path`. */
function broken(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `/somewhere/${path}`, source)
    .map(({ id }) => id.replace("house/", ""));
}

const AMBIENT = [
  "const t = Date.now();",
  "const d: Date = at;",
  "const t = performance.now();",
  "const r = Math.random();",
  'const r = Math["random"]();',
  "crypto.getRandomValues(bytes);",
  "const id = crypto.randomUUID();",
  "setTimeout(f, 1);",
  "setInterval(f, 1);",
  "setImmediate(f);",
  "queueMicrotask(f);",
  "const later = setTimeout;",
  "const s = AbortSignal.timeout(5);",
  "Deno.readTextFileSync(path);",
  "const { env } = Deno;",
  "const all = { Deno };",
  "console.log(x);",
  "process.hrtime();",
  "globalThis.setTimeout(f, 1);",
  "fetch(x);",
  'import { readFileSync } from "node:fs";',
  'import { setImmediate as f } from "node:timers";',
  'export * from "node:os";',
  'export { platform } from "node:os";',
  'const m = await import("./x.ts");',
];

Deno.test("lint: nothing ambient in core/, except in core/host and in tests", () => {
  for (const source of AMBIENT) {
    assert.ok(broken("core/sim/a.ts", source).includes("no-ambient"), source);
    assert.ok(broken("core/mapreduce/deep/a.ts", source).includes("no-ambient"), source);
    assert.deepEqual(broken("core/host/a.ts", source), [], source);
    assert.deepEqual(broken("core/sim/a_test.ts", source), [], source);
    assert.deepEqual(broken("cmd/a.ts", source), [], source);
    assert.deepEqual(broken("tests/a.ts", source), [], source);
  }
});

Deno.test("lint: names that only look like globals are allowed", () => {
  for (
    const source of [
      "clock.setTimeout(f, 1);",
      "const x = { console: 1, Date: 2 };",
      "class C { process(): void {} readonly performance = 1; }",
      "interface I { readonly Date: string; fetch(): void }",
      "const n = Math.floor(x);",
      'import { crc32 } from "node:zlib";',
      'import assert from "node:assert/strict";',
      'import { encode } from "@msgpack/msgpack";',
      "// Date.now() in a comment",
      'const text = "Math.random()";',
    ]
  ) assert.deepEqual(broken("core/sim/a.ts", source), [], source);
});

Deno.test("lint: core/raft is synchronous", () => {
  for (
    const source of [
      "async function f() {}",
      "const f = async () => {};",
      "class C { async f() {} }",
      "let p: Promise<void>;",
      "Promise.resolve();",
    ]
  ) {
    assert.ok(broken("core/raft/a.ts", source).includes("no-async-in-raft"), source);
    assert.deepEqual(broken("core/raft/a_test.ts", source), [], source);
    assert.deepEqual(broken("core/sim/a.ts", source), [], source);
  }
});

Deno.test("lint: only main.ts ends the process", () => {
  for (const source of ["Deno.exit(1);", "process.exit();", 'Deno["exit"](0);']) {
    for (const path of ["cmd/a.ts", "core/host/a.ts", "tests/a_test.ts", "scripts/a.ts"]) {
      assert.deepEqual(broken(path, source), ["only-main-exits"], `${path}: ${source}`);
    }
    assert.deepEqual(broken("main.ts", source), []);
  }
  assert.deepEqual(broken("cmd/a.ts", "Deno.exitCode = 1; command.exit();"), []);
});
