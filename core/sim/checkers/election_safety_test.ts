import assert from "node:assert/strict";
import { step } from "./_views.ts";
import { ElectionSafety } from "./election_safety.ts";

Deno.test("ElectionSafety: two leaders of one term are found, and both are named", () => {
  const checker = new ElectionSafety();
  step(checker, { id: 0, term: 4, role: "leader" });
  step(checker, { id: 0, term: 5, role: "follower" });
  assert.throws(() => step(checker, { id: 2, term: 4, role: "leader" }), {
    property: "ElectionSafety",
    message: "ElectionSafety: servers 0 and 2 both became leader of term 4",
  });
});

Deno.test("ElectionSafety: one leader a term is sound, whoever it is, and so are any number of candidates", () => {
  const checker = new ElectionSafety();
  step(checker, { id: 0, term: 4, role: "leader" });
  step(checker, { id: 0, term: 4, role: "leader" });
  step(checker, { id: 1, term: 5, role: "candidate" });
  step(checker, { id: 2, term: 5, role: "candidate" });
  step(checker, { id: 2, term: 5, role: "leader" });
  step(checker, { id: 0, term: 4, role: "leader" });
  step(checker, { id: 0, term: 6, role: "leader" });
});
