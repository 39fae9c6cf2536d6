import assert from "node:assert/strict";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import { UsageError } from "../errors.ts";
import { labsOf, selectTests, type Wanted } from "./selection.ts";

function labTest(lab: string, name: string, title: string): LabTest {
  return { lab, name, title, run: () => Promise.reject(new Error("is not run")) };
}

const suites = {
  labs: [
    labTest("2A", "TestElection2A", "Test (2A): first election"),
    labTest("2B", "TestBackup2B", "Test (2B): leader backs up quickly"),
    labTest("2B", "TestBackupLonger2B", "Test (2B): leader backs up for long"),
    labTest("3A", "TestBasic3A", "Test: one client (3A)"),
    labTest("3A", "TestBasic3AWithMore", "Test: many clients (3A)"),
  ],
  hidden: [labTest("canary", "TestCanaryFails", "Test (canary): always fails")],
};

function selected(wanted: Partial<Wanted>): string[] {
  return selectTests(suites, { labs: [], pattern: undefined, ...wanted }).map((test) => test.name);
}

function usage(wanted: Partial<Wanted>): UsageError {
  try {
    selected(wanted);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("The selection was accepted");
}

Deno.test("selectTests() of nothing said, and of all, is every test but the hidden ones", () => {
  const all = suites.labs.map((test) => test.name);
  assert.deepEqual(selected({}), all);
  assert.deepEqual(selected({ labs: ["ALL"] }), all);
  assert.deepEqual(selected({ labs: ["all", "canary"] }), [...all, "TestCanaryFails"]);
  assert.deepEqual(selected({ labs: ["Canary"] }), ["TestCanaryFails"]);
});

Deno.test("selectTests() takes labs by name, by beginning, repeated and by commas, in the suites' order", () => {
  assert.deepEqual(selected({ labs: ["2a"] }), ["TestElection2A"]);
  assert.deepEqual(selected({ labs: ["2"] }), [
    "TestElection2A",
    "TestBackup2B",
    "TestBackupLonger2B",
  ]);
  assert.deepEqual(selected({ labs: ["3A,2A"] }), [
    "TestElection2A",
    "TestBasic3A",
    "TestBasic3AWithMore",
  ]);
  assert.deepEqual(selected({ labs: ["3A", " 2a ", "3"] }).length, 3);
});

Deno.test("selectTests() matches the pattern anywhere in name or title, whatever the case", () => {
  assert.deepEqual(selected({ pattern: "backup" }), ["TestBackup2B", "TestBackupLonger2B"]);
  assert.deepEqual(selected({ pattern: "BACKS UP Q" }), ["TestBackup2B"]);
  assert.deepEqual(selected({ pattern: "(2a)" }), ["TestElection2A"]);
  assert.deepEqual(selected({ pattern: "test", labs: ["3A"] }), [
    "TestBasic3A",
    "TestBasic3AWithMore",
  ]);
});

Deno.test("selectTests() takes a whole function name for that test alone", () => {
  assert.deepEqual(selected({ pattern: "testbasic3a" }), ["TestBasic3A"]);
});

Deno.test("selectTests() refuses an unknown lab with the list and a suggestion", () => {
  const error = usage({ labs: ["2A,2E"] });
  assert.equal(error.message, "unknown lab '2E': the labs are 2A, 2B, 3A");
  assert.equal(error.didYouMean, "2A");
  assert.equal(usage({ labs: ["2A,"] }).message, "unknown lab '': the labs are 2A, 2B, 3A");
  assert.equal(usage({ labs: ["can"] }).didYouMean, undefined);
});

Deno.test("selectTests() refuses a pattern that matches nothing with the nearest names", () => {
  const error = usage({ pattern: "bakcup" });
  assert.equal(error.message, "no test has 'bakcup' in its name or title");
  assert.equal(error.didYouMean, "TestBackup2B or TestBackupLonger2B");
  assert.equal(
    usage({ pattern: "election", labs: ["2B"] }).message,
    "no test in 2B has 'election' in its name or title",
  );
});

Deno.test("labsOf() names each lab once", () => {
  assert.deepEqual(labsOf(suites.labs), ["2A", "2B", "3A"]);
});
