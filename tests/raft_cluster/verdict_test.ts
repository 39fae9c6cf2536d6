/** The judge of the kill rounds finds what it is there to find. */

import assert from "node:assert/strict";
import { type LogEntry, logIndex, term } from "../../core/base/mod.ts";
import type { ProposeOutcome } from "../../core/server/raft/mod.ts";
import type { Proposal } from "./_load.ts";
import { checkAgreement, compare } from "./_verdict.ts";

function log(...commands: readonly string[]): LogEntry[] {
  return commands.map((text, i) => ({
    index: logIndex(i + 1),
    term: term(1),
    kind: text === "" ? "noOp" : "command",
    command: new TextEncoder().encode(text),
  }));
}

function proposal(text: string, outcome: ProposeOutcome, writer = 0): Proposal {
  return { writer, text, startedAt: 0, endedAt: 1, outcome };
}

function acknowledged(text: string, index: number, number: number, writer = 0): Proposal {
  const place = { index: logIndex(index), term: term(1), number };
  return proposal(text, { kind: "committed", ...place }, writer);
}

const UNCERTAIN: ProposeOutcome = { kind: "uncertain", reason: "lost" };
const FAILED: ProposeOutcome = { kind: "failed", reason: "no leader" };
const GOOD = [acknowledged("a", 2, 1), acknowledged("b", 3, 2)];

Deno.test("verdict: a run in which nothing is wrong", () => {
  const proposals = [
    ...GOOD,
    proposal("c", UNCERTAIN),
    proposal("d", UNCERTAIN),
    proposal("e", FAILED),
  ];
  assert.deepEqual(compare(proposals, log("", "a", "b", "d"), 1, 3), {
    acknowledged: 2,
    uncertain: 2,
    uncertainInLog: 1,
    failed: 1,
    entries: 4,
    terms: 1,
  });
});

Deno.test("verdict: everything that can be wrong is found", () => {
  const wrong: readonly [RegExp, readonly Proposal[], LogEntry[], number][] = [
    [/acknowledged command b is lost/, GOOD, log("", "a"), 2],
    [/acknowledged command a is lost or moved/, GOOD, log("", "b", "a"), 2],
    [/command a is at 2 and at 4/, GOOD, log("", "a", "b", "a"), 3],
    [
      /command c is there, though it was said to have failed/,
      [proposal("c", FAILED)],
      log("c"),
      1,
    ],
    [
      /two commands were told number 1/,
      [acknowledged("a", 1, 1), acknowledged("b", 2, 1)],
      log("a", "b"),
      2,
    ],
    [/a was number 1 of 0/, [acknowledged("a", 1, 1)], log("a"), 0],
    [
      /command a is before its writer's last one/,
      [acknowledged("b", 2, 2), acknowledged("a", 1, 1)],
      log("a", "b"),
      2,
    ],
  ];
  for (const [message, proposals, entries, commands] of wrong) {
    assert.throws(() => compare(proposals, entries, 1, commands), message);
  }
});

Deno.test("verdict: what is compacted cannot be looked up, and is not held against anybody", () => {
  assert.equal(compare(GOOD, log("", "a", "b").slice(2), 3, 2).acknowledged, 2);
});

Deno.test("verdict: replicas that differ are found", () => {
  const status = { commands: 3, fingerprint: "00ff", lastApplied: 4 };
  checkAgreement([status, { ...status }]);
  for (const other of [{ commands: 2 }, { fingerprint: "0100" }, { lastApplied: 5 }]) {
    assert.throws(() => checkAgreement([status, { ...status, ...other }]), /replicas diverge in/);
  }
});
