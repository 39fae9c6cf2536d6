import assert from "node:assert/strict";
import { entry, start, step } from "./_views.ts";
import { LeaderAppendOnly } from "./leader_append_only.ts";

const leader = { id: 0, term: 3, role: "leader" } as const;

Deno.test("LeaderAppendOnly: a leader that cuts its log is found, with both ends", () => {
  const checker = new LeaderAppendOnly();
  step(checker, { ...leader, log: [1, 2, 3] });
  assert.throws(() => step(checker, { ...leader, log: [1, 2] }), {
    property: "LeaderAppendOnly",
    message: "LeaderAppendOnly: leader 0 of term 3 cut its log from 3 to 2",
  });
});

Deno.test("LeaderAppendOnly: a leader that writes an entry again is found, with its index", () => {
  const checker = new LeaderAppendOnly();
  step(checker, { ...leader, log: [1, 2, 3] });
  step(checker, { ...leader, log: [1, 2, 3, 3] }, { wrote: [entry(4, 3)] });
  assert.throws(
    () => step(checker, { ...leader, log: [1, 2, 3, 3] }, { wrote: [entry(3, 3)] }),
    {
      property: "LeaderAppendOnly",
      message: "LeaderAppendOnly: leader 0 of term 3 wrote entry 3 again, it had written 4",
    },
  );
});

Deno.test("LeaderAppendOnly: a leader that throws its log away is found", () => {
  const checker = new LeaderAppendOnly();
  step(checker, { ...leader, log: [1, 2, 3] });
  assert.throws(
    () => step(checker, { ...leader, snapshot: [3, 3] }, { discardedLog: true }),
    { property: "LeaderAppendOnly" },
  );
});

Deno.test("LeaderAppendOnly: a leader that appends and compacts is sound", () => {
  const checker = new LeaderAppendOnly();
  step(checker, { ...leader, log: [1, 2] });
  step(checker, { ...leader, log: [1, 2, 3, 3] });
  step(checker, { ...leader, log: [1, 2, 3, 3, 3] }, {
    wrote: [entry(3, 3), entry(4, 3), entry(5, 3)],
  });
  step(checker, { ...leader, snapshot: [4, 3], log: [3] });
  step(checker, { ...leader, snapshot: [4, 3], log: [3, 3] }, { wrote: [entry(6, 3)] });
});

Deno.test("LeaderAppendOnly: what a server does as a follower, in another term or in another life is no matter", () => {
  const checker = new LeaderAppendOnly();
  step(checker, { ...leader, log: [1, 2, 3] });
  step(checker, { id: 0, term: 4, log: [1] }, { wrote: [entry(1, 1)] });
  step(checker, { id: 0, term: 5, role: "leader", log: [1] });
  step(checker, { id: 1, term: 9, role: "leader", log: [] });
  start(checker, { id: 0, term: 5, log: [] });
  step(checker, { id: 0, term: 6, role: "leader", log: [] });
});
