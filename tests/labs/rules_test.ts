import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { factsIn, ruleIn, RULES, withRule } from "./rules.ts";

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

Deno.test("ruleIn() and factsIn() take apart what withRule() has put together", () => {
  const reason = withRule("term 3 has 2 (>1) leaders\nmore");
  assert.equal(factsIn(reason), "term 3 has 2 (>1) leaders");
  assert.equal(ruleIn(reason), "ElectionSafety, Raft §5.2");
  assert.equal(ruleIn("term 3 has 2 (>1) leaders"), undefined);
  for (const [property, rule] of Object.entries(RULES)) {
    assert.equal(ruleIn(withRule(`${property}: a (b)`, property)), rule);
  }
});

/** What is said by the tests of the runner itself, or by processes. */
const NO_RULE = ["canary.ts", join("lab1", "child.ts")];

/** A text in which what differs from run to run is 7; one that begins so is somebody else's. */
const SAID = /new TestFailure\(\s*\[?(["`])(?!(?:apply error: )?\$)((?:(?!\1)[^])*)\1/g;

Deno.test("rules: whatever a test says that fails has a rule", () => {
  const without: string[] = [];
  const labs = join(ROOT, "tests", "labs");
  for (const path of files(labs)) {
    if (NO_RULE.includes(relative(labs, path))) continue;
    for (const [, , said] of Deno.readTextFileSync(path).matchAll(SAID)) {
      const reason = said!.replace(/\$\{[^}]*\}/g, "7");
      if (ruleIn(withRule(reason)) === undefined) {
        without.push(`${relative(labs, path)}: ${reason}`);
      }
    }
  }
  assert.deepEqual(without, []);
});

function* files(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* files(path);
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) yield path;
  }
}
