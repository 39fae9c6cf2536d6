import assert from "node:assert/strict";
import { SIMULATED_TESTS } from "../labs/mod.ts";
import { withCatalogue } from "./catalogue.ts";
import { MISTAKES } from "./mod.ts";

Deno.test("mistakes: each has a name of its own, a rule, and labs whose tests exist", () => {
  assert.equal(new Set(MISTAKES.map(({ name }) => name)).size, MISTAKES.length);
  assert.ok(MISTAKES.length >= 50, `${MISTAKES.length} mistakes`);
  for (const { name, does, breaks, labs, first } of MISTAKES) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.match(does, /\.$/, name);
    assert.match(breaks, /\(.*(Raft|thesis|MapReduce|lab \d).*\)/, name);
    assert.ok(labs.length > 0, name);
    for (const lab of labs) assert.ok(SIMULATED_TESTS.some((test) => test.lab === lab), name);
    const test = SIMULATED_TESTS.find((test) => test.name === first);
    assert.ok(first === undefined || labs.includes(test?.lab ?? ""), `${name}: no test ${first}`);
  }
});

Deno.test("docs/bugs.md lists every mistake as it is, and no other", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/bugs.md", import.meta.url));
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const listed = rows.map((row) => row.split(/ +\| +/).slice(0, 4).join(" | "));
  const wanted = MISTAKES.map(({ name, does, breaks, labs }) =>
    `| \`${name}\` | ${does} | ${breaks} | ${labs.join(", ")}`
  );
  const advice = "write it anew: scripts/bugs_page.ts";
  assert.deepEqual(listed, wanted, advice);
});

Deno.test("withCatalogue() keeps what stands around the list", () => {
  const page = "above\n<!-- mistakes: begin -->\nold\n<!-- mistakes: end -->\nbelow\n";
  const [first] = MISTAKES;
  const caught = (reason: string) => ({ test: "TestX", reason });
  const catches = [caught("ElectionSafety: 1 and 2 (Raft §5.2)"), caught("late"), null];
  const matrix = [{ name: first!.name, catches, medianSeeds: 3 }];
  const written = withCatalogue(page, [first!], matrix);
  assert.match(written, /^above\n/);
  assert.match(written, /\| 3 \| `ElectionSafety` in TestX \|/);
  assert.match(written, /\nbelow\n$/);
  assert.throws(() => withCatalogue("nothing", [], []), RangeError);
});
