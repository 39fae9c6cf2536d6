/** Every rule of `_rules.ts` has a test. */

import assert from "node:assert/strict";
import { RULES } from "./_rules.ts";

const HERE = new URL(".", import.meta.url);

Deno.test("the rules: each has a test, and each test names rules that there are", async () => {
  const tested = new Set<number>();
  for await (const { name } of Deno.readDir(HERE)) {
    if (!name.endsWith("_test.ts")) continue;
    const source = await Deno.readTextFile(new URL(name, HERE));
    for (const [, numbers] of source.matchAll(/^\/\/ Rules? ([0-9, and]+)\.$/gm)) {
      for (const number of numbers!.matchAll(/\d+/g)) tested.add(Number(number[0]));
    }
  }
  assert.deepEqual([...RULES.keys()].filter((rule) => !tested.has(rule)), []);
  assert.deepEqual([...tested].filter((rule) => !RULES.has(rule)), []);
});
