import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/random.ts";
import { CommandTemplate, respArray } from "./redis_commands.ts";

const decoder = new TextDecoder();

Deno.test("a template holds whole commands with keys of their own", () => {
  const template = new CommandTemplate("SET", 3, { keys: 1000, valueBytes: 4 });
  template.count(998);
  const expected = ["000000000998", "000000000999", "000000000000"]
    .map((digits) => respArray(["SET", `key:${digits}`, "xxxx"])).join("");
  assert.equal(decoder.decode(template.bytes), expected);
});

Deno.test("a shuffled template draws its keys from the whole space", () => {
  const template = new CommandTemplate("GET", 1, { keys: 10, valueBytes: 0 });
  const random = new SeededRandom(1n);
  const seen = new Set<string>();
  for (let draw = 0; draw < 200; draw++) {
    template.shuffle(random);
    seen.add(decoder.decode(template.bytes));
  }
  const all = Array.from({ length: 10 }, (_, key) => respArray(["GET", `key:00000000000${key}`]));
  assert.deepEqual([...seen].sort(), all);
});
