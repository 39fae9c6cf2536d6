import assert from "node:assert/strict";
import { ruleOf } from "./rule.ts";

Deno.test("ruleOf() knows a rule again whatever servers, times and values a failure names", () => {
  for (
    const [a, b, name, isSafety] of [
      [
        "CommitsOwnTerm: server 4 leads term 3 and commits entry 3 of term 2",
        "CommitsOwnTerm: server 0 leads term 12 and commits entry 7 of term 9",
        "CommitsOwnTerm",
        true,
      ],
      [
        'one("abc") failed to reach agreement',
        'one("x y") failed to reach agreement (Raft §2: a majority makes progress)',
        'one("…") failed to reach agreement',
        false,
      ],
      [
        "get wrong value, key 1, wanted:\nx 1 0 y\n, got\n\n",
        "get wrong value, key 12, wanted:\n\n, got\nx\n",
        "get wrong value, key #, wanted",
        true,
      ],
      ["expected one leader, got none", "expected one leader, got none", undefined, false],
      [
        "hang: Deadlock at 5 ms of virtual time: nothing is left",
        "hang: Deadlock at 9.3 ms of virtual time: nothing is left",
        undefined,
        false,
      ],
      [
        "apply error: server 1 is wrong at 5",
        "apply error: server 2 is wrong at 6",
        undefined,
        true,
      ],
    ] as const
  ) {
    const rule = ruleOf(a);
    assert.equal(rule.name, ruleOf(b).name);
    assert.equal(rule.isSafety, isSafety, a);
    if (name !== undefined) assert.equal(rule.name, name);
  }
});

Deno.test("ruleOf(): what enough losses, or too little time, can break is no rule of safety", () => {
  const detail = "worker w2 ends, jobFailed: Map task 0 failed 100 times";
  const tolerated = ruleOf(`FailuresAreTolerated: ${detail}`);
  assert.deepEqual([tolerated.isSafety, tolerated.isProgress], [false, true]);
  const again = ruleOf("LostOutputIsMadeAgain: attempt 1");
  assert.deepEqual([again.isSafety, again.isProgress], [true, false]);
  const late = ruleOf("one(100) failed to reach agreement");
  assert.deepEqual([late.isSafety, late.isProgress], [false, false]);
});

Deno.test("ruleOf() tells rules apart", () => {
  const reasons = [
    "CommitsOwnTerm: server 4 leads",
    "CommittedIsDurable: server 4 commits",
    "expected one leader, got none",
    "term 3 has 2 (>1) leaders",
    "hang: Deadlock at 5 ms of virtual time",
    "hang: Virtual time ran out",
    "harness error: TypeError: Server 1 is not running",
  ];
  assert.equal(new Set(reasons.map((reason) => ruleOf(reason).name)).size, reasons.length);
});
