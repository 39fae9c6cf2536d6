import assert from "node:assert/strict";
import { applied, entry, start, step } from "./_views.ts";
import { figure3Checkers } from "./mod.ts";

/** Shows all checkers some steps; returns the properties that they found broken. */
function found(show: (checkers: ReturnType<typeof figure3Checkers>) => void): string[] {
  const properties: string[] = [];
  show(figure3Checkers((error) => properties.push((error as { property: string }).property)));
  return properties;
}

Deno.test("figure3Checkers() finds each property of Figure 3 broken, and says which", () => {
  assert.deepEqual(
    found((checkers) => {
      step(checkers, { id: 0, term: 1, role: "leader" });
      step(checkers, { id: 1, term: 1, role: "leader" });
    }),
    ["ElectionSafety"],
  );
  assert.deepEqual(
    found((checkers) => {
      step(checkers, { id: 0, term: 1, role: "leader", log: [1] });
      step(checkers, { id: 0, term: 1, role: "leader" });
    }),
    ["LeaderAppendOnly"],
  );
  assert.deepEqual(
    found((checkers) => {
      step(checkers, { id: 0, term: 1, log: [1] }, { wrote: [entry(1, 1, "x")] });
      start(checkers, { id: 1, term: 1, log: [1] });
    }),
    ["LogMatching"],
  );
  assert.deepEqual(
    found((checkers) => {
      step(checkers, { id: 0, term: 1, role: "leader", log: [1], commitIndex: 1 });
      step(checkers, { id: 1, term: 2, role: "leader" });
    }),
    ["LeaderCompleteness"],
  );
  assert.deepEqual(
    found((checkers) => {
      step(checkers, { id: 0, term: 1 }, { applied: applied(entry(1, 1)) });
      step(checkers, { id: 1, term: 2 }, { applied: applied(entry(1, 2)) });
    }),
    ["StateMachineSafety"],
  );
});

Deno.test("figure3Checkers() finds nothing wrong with a sound run", () => {
  assert.deepEqual(
    found((checkers) => {
      for (const id of [0, 1, 2]) start(checkers, { id, term: 0 });
      step(checkers, { id: 0, term: 1, role: "candidate" });
      step(checkers, { id: 0, term: 1, role: "leader" });
      step(checkers, { id: 0, term: 1, role: "leader", log: [1] }, { wrote: [entry(1, 1)] });
      step(checkers, { id: 1, term: 1, log: [1] }, { wrote: [entry(1, 1)] });
      step(checkers, { id: 0, term: 1, role: "leader", log: [1], commitIndex: 1 }, {
        applied: applied(entry(1, 1)),
      });
      step(checkers, { id: 1, term: 1, log: [1], commitIndex: 1 }, {
        applied: applied(entry(1, 1)),
      });
      step(checkers, { id: 1, term: 2, role: "leader", log: [1], commitIndex: 1 });
    }),
    [],
  );
});
