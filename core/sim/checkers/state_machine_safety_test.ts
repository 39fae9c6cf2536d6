import assert from "node:assert/strict";
import { applied, appliedSnapshot, entry, step } from "./_views.ts";
import { StateMachineSafety } from "./state_machine_safety.ts";

Deno.test("StateMachineSafety: different entries at one index are found, with servers and terms", () => {
  const checker = new StateMachineSafety();
  step(checker, { id: 0, term: 3 }, { applied: applied(entry(1, 1), entry(2, 2)) });
  assert.throws(
    () => step(checker, { id: 1, term: 3 }, { applied: applied(entry(1, 1), entry(2, 3)) }),
    {
      property: "StateMachineSafety",
      message: "StateMachineSafety: at index 2, server 0 applied an entry of term 2, " +
        "server 1 applies one of term 3",
    },
  );
});

Deno.test("StateMachineSafety: different commands at one index and term are found", () => {
  const checker = new StateMachineSafety();
  step(checker, { id: 0, term: 3 }, { applied: applied(entry(1, 1, "x")) });
  assert.throws(() => step(checker, { id: 1, term: 3 }, { applied: applied(entry(1, 1, "y")) }), {
    property: "StateMachineSafety",
    message: /with another command$/,
  });
});

Deno.test("StateMachineSafety: a snapshot that ends in another entry than was applied is found", () => {
  const checker = new StateMachineSafety();
  step(checker, { id: 0, term: 3 }, { applied: applied(entry(1, 1), entry(2, 2)) });
  assert.throws(() => step(checker, { id: 1, term: 3 }, { applied: appliedSnapshot(2, 3) }), {
    property: "StateMachineSafety",
    message: "StateMachineSafety: server 1 installed a snapshot that ends at 2 in term 3; " +
      "server 0 had applied an entry of term 2 there",
  });
});

Deno.test("StateMachineSafety: servers that apply the same, at their own pace and from snapshots, are sound", () => {
  const checker = new StateMachineSafety();
  step(checker, { id: 0, term: 3 }, { applied: applied(entry(1, 1), entry(2, 2), entry(3, 2)) });
  step(checker, { id: 1, term: 3 }, { applied: applied(entry(1, 1)) });
  step(checker, { id: 1, term: 9 }, { applied: applied(entry(2, 2)) });
  step(checker, { id: 2, term: 3 }, {
    applied: [...appliedSnapshot(2, 2), ...applied(entry(3, 2))],
  });
  step(checker, { id: 2, term: 3 }, { applied: appliedSnapshot(7, 3) });
  // A server that starts anew applies again what it applied in its life before.
  step(checker, { id: 0, term: 4 }, { applied: applied(entry(1, 1), entry(2, 2)) });
});
