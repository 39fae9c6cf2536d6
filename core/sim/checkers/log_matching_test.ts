import assert from "node:assert/strict";
import { entry, start, step } from "./_views.ts";
import { LogMatching } from "./log_matching.ts";

Deno.test("LogMatching: two commands with one index and term are found, and both servers named", () => {
  const checker = new LogMatching();
  step(checker, { id: 0, term: 2, log: [1, 2] }, { wrote: [entry(1, 1), entry(2, 2, "x")] });
  assert.throws(
    () => step(checker, { id: 1, term: 2, log: [1, 2] }, { wrote: [entry(2, 2, "y")] }),
    {
      property: "LogMatching",
      message: "LogMatching: at index 2, term 2, servers 0 and 1 hold different commands",
    },
  );
});

Deno.test("LogMatching: a no-op and an empty command differ", () => {
  const checker = new LogMatching();
  step(checker, { id: 0, term: 1, log: [1] }, { wrote: [entry(1, 1, "")] });
  const noOp = { ...entry(1, 1, ""), kind: "noOp" } as const;
  assert.throws(() => step(checker, { id: 1, term: 1, log: [1] }, { wrote: [noOp] }), {
    property: "LogMatching",
  });
});

Deno.test("LogMatching: the same entry behind different ones is found, and both terms named", () => {
  const checker = new LogMatching();
  step(checker, { id: 0, term: 3, log: [1, 3] }, { wrote: [entry(1, 1), entry(2, 3)] });
  assert.throws(
    () => step(checker, { id: 1, term: 3, log: [2, 3] }, { wrote: [entry(1, 2), entry(2, 3)] }),
    {
      property: "LogMatching",
      message: "LogMatching: at index 2, term 3, the entry before is of term 1 on server 0, " +
        "of term 2 on server 1",
    },
  );
});

Deno.test("LogMatching: what a server recovers counts like what it writes", () => {
  const checker = new LogMatching();
  step(checker, { id: 0, term: 3, log: [1, 3] }, { wrote: [entry(1, 1), entry(2, 3)] });
  assert.throws(() => start(checker, { id: 1, term: 3, log: [2, 3] }), { property: "LogMatching" });
});

Deno.test("LogMatching: different entries at one index are sound as long as their terms differ", () => {
  const checker = new LogMatching();
  const wrote = [entry(1, 1), entry(2, 2)];
  step(checker, { id: 0, term: 3, log: [1, 2] }, { wrote });
  step(checker, { id: 1, term: 3, log: [1, 3] }, { wrote: [entry(2, 3)] });
  step(checker, { id: 2, term: 3, log: [1, 2] }, { wrote });
  start(checker, { id: 2, term: 3, log: [1, 2] });
});

Deno.test("LogMatching: the entry before may be in the snapshot, whose term is known, or before it", () => {
  const checker = new LogMatching();
  step(checker, { id: 0, term: 3, log: [1, 3] }, { wrote: [entry(1, 1), entry(2, 3)] });
  step(checker, { id: 1, term: 3, snapshot: [1, 1], log: [3] }, { wrote: [entry(2, 3)] });
  step(checker, { id: 2, term: 3, snapshot: [2, 3] }, { wrote: [entry(2, 3)] });
  assert.throws(
    () => step(checker, { id: 1, term: 3, snapshot: [1, 2], log: [3] }, { wrote: [entry(2, 3)] }),
    { property: "LogMatching" },
  );
});
