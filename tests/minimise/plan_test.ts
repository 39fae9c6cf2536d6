import assert from "node:assert/strict";
import fc from "fast-check";
import { type CallChoices, formatPlan, parsePlan, type Plan, PlanError } from "./plan.ts";

const names = fc.string({ maxLength: 20 }).filter((name) => name !== "__proto__");
const choices: fc.Arbitrary<CallChoices> = fc.dictionary(
  fc.constantFrom("request time", "request lost", "reply lost", "copied"),
  fc.nat(),
  { noNullPrototype: true },
);

const plans: fc.Arbitrary<Plan> = fc.record({
  lab: names,
  test: names,
  seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  bug: fc.option(names, { nil: undefined }),
  rule: names,
  hash: names,
  changes: fc.record({
    calls: fc.option(
      fc.array(fc.tuple(names, choices)).map((calls) => new Map(calls)),
      { nil: undefined },
    ),
    withheld: fc.array(names).map((all) => new Set(all)),
    skipped: fc.array(names).map((all) => new Set(all)),
    waits: fc.array(fc.tuple(names, fc.nat())).map((waits) => new Map(waits)),
  }, { noNullPrototype: true }),
}, { noNullPrototype: true });

const PLAN: Plan = {
  lab: "2C",
  test: "TestFigure82C",
  seed: "1",
  bug: undefined,
  rule: "CommitsOwnTerm",
  hash: "0123456789abcdef",
  changes: {
    calls: new Map([["0/1>2#3", { "request lost": 1, "reply time": 2_000 }]]),
    withheld: new Set(["1/1>0#1"]),
    skipped: new Set(["crash 2#1"]),
    waits: new Map([["3", 0], ["w2#3", 15]]),
  },
};

Deno.test("a plan is read as it was written", () => {
  fc.assert(
    fc.property(plans, (plan) => assert.deepEqual(parsePlan(formatPlan(plan)), plan)),
    { seed: 1 },
  );
  assert.deepEqual(parsePlan(formatPlan(PLAN)), PLAN);
});

Deno.test("parsePlan() turns away what is no plan, one of another version, and a damaged one", () => {
  const text = formatPlan(PLAN);
  for (
    const [damaged, message] of [
      ["", /no JSON object/],
      ["[]", /no JSON object/],
      [text.slice(0, -20), /no JSON object/],
      ["{}", /no dist824Plan/],
      [text.replace('"dist824Plan": 1', '"dist824Plan": 2'), /version 2; this program reads 1/],
      [text.replace('"seed": "1"', '"seed": "-1"'), /"seed" is not/],
      [text.replace('"seed": "1"', '"seed": "99999999999999999999"'), /"seed" is not/],
      [text.replace('"lab": "2C"', '"lab": 2'), /"lab" is not a text/],
      [text.replace('"request lost": 1', '"request lost": -1'), /what happens to a call/],
      [text.replace('"request lost"', '"request eaten"'), /what happens to a call/],
      [text.replace('"3: 0"', '"3: soon"'), /"waits" is not/],
      [text.replace('"crash 2#1"', "21"), /"skipped" is not/],
    ] as const
  ) {
    assert.throws(() => parsePlan(damaged), (error: unknown) => {
      assert.ok(error instanceof PlanError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("parsePlan() never fails otherwise, whatever is in the file", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string(), (json, at, noise) => {
      const text = formatPlan(PLAN);
      const place = at % text.length;
      for (const each of [json, text.slice(0, place) + noise + text.slice(place + noise.length)]) {
        try {
          parsePlan(each);
        } catch (error) {
          assert.ok(error instanceof PlanError, String(error));
        }
      }
    }),
    { seed: 2 },
  );
});
