import assert from "node:assert/strict";
import { join } from "node:path";
import { RULES, withRule } from "./rules.ts";

const ROOT = join(import.meta.dirname!, "..", "..");
const FOLDERS = [
  "core/mapreduce",
  "core/raft",
  "core/rsm",
  "core/shardctrler",
  "core/shardkv",
  "core/sim/checkers",
  "tests/labs/harness",
  "tests/labs/services",
  "tests/labs/shards",
  "tests/mapreduce",
  "tests/mapreduce/checks",
];

/** A property, as it is handed to what checks it; the kinds of messages look alike. */
const PROPERTY = /(?<!kind: )"([A-Z][a-z]+[A-Z][A-Za-z]+)",/g;

Deno.test("rules: every property names its rule", () => {
  const unknown = new Set<string>();
  for (const folder of FOLDERS) {
    for (const { name } of Deno.readDirSync(join(ROOT, folder))) {
      if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
      const text = Deno.readTextFileSync(join(ROOT, folder, name));
      for (const [, property] of text.matchAll(PROPERTY)) {
        if (!(property! in RULES)) unknown.add(property!);
      }
    }
  }
  assert.deepEqual([...unknown], []);
});

Deno.test("withRule() puts the rule behind the facts, and leaves what it does not know", () => {
  assert.equal(
    withRule("LogMatching: a\nb", "LogMatching"),
    "LogMatching: a (Raft §5.3, Figure 3)\nb",
  );
  assert.equal(
    withRule("history is not linearizable: x"),
    "history is not linearizable: x (Raft §8)",
  );
  assert.equal(
    withRule("get wrong value, key 1, wanted:\na\n, got\nb"),
    "get wrong value, key 1, wanted: (Raft §8: reads and writes are linearizable)\na\n, got\nb",
  );
  assert.equal(withRule("hang: nothing is left to do"), "hang: nothing is left to do");
});
