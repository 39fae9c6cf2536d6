import assert from "node:assert/strict";
import { step } from "./_views.ts";
import { LeaderCompleteness } from "./leader_completeness.ts";

/** Server 0 led term 2, and committed (1, term 1) and (2, term 2). */
function committed(): LeaderCompleteness {
  const checker = new LeaderCompleteness();
  step(checker, { id: 0, term: 2, role: "leader", log: [1, 2], commitIndex: 2 });
  return checker;
}

Deno.test("LeaderCompleteness: a new leader that lacks a committed entry is found, with both facts", () => {
  assert.throws(() => step(committed(), { id: 1, term: 3, role: "leader", log: [1] }), {
    property: "LeaderCompleteness",
    message: "LeaderCompleteness: server 0 committed entry 2 of term 2 in term 2; " +
      "the leader of term 3, server 1, has no entry there",
  });
});

Deno.test("LeaderCompleteness: a new leader that has another entry there is found, with its term", () => {
  assert.throws(() => step(committed(), { id: 1, term: 4, role: "leader", log: [1, 3] }), {
    property: "LeaderCompleteness",
    message: /committed entry 2 of term 2 .* has one of term 3$/,
  });
});

Deno.test("LeaderCompleteness: what a follower learned to be committed counts as well", () => {
  const checker = committed();
  step(checker, { id: 2, term: 2, log: [1, 2, 2], commitIndex: 3 });
  assert.throws(() => step(checker, { id: 1, term: 3, role: "leader", log: [1, 2] }), {
    property: "LeaderCompleteness",
    message: /server 2 committed entry 3/,
  });
});

Deno.test("LeaderCompleteness: leaders that have all, in the log or in a snapshot, are sound", () => {
  const checker = committed();
  step(checker, { id: 1, term: 3, role: "leader", log: [1, 2, 3] });
  step(checker, { id: 2, term: 4, role: "leader", snapshot: [2, 2] });
  step(checker, { id: 0, term: 5, role: "leader", snapshot: [1, 1], log: [2, 2] });
});

Deno.test("LeaderCompleteness: a leader of an older term that takes office late is sound", () => {
  const checker = new LeaderCompleteness();
  step(checker, { id: 0, term: 5, role: "leader", log: [1, 5], commitIndex: 2 });
  step(checker, { id: 1, term: 3, role: "leader", log: [1] });
});

Deno.test("LeaderCompleteness: what is not committed may be missing", () => {
  const checker = new LeaderCompleteness();
  step(checker, { id: 0, term: 2, role: "leader", log: [1, 2, 2], commitIndex: 1 });
  step(checker, { id: 1, term: 3, role: "leader", log: [1] });
});
