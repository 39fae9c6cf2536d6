import assert from "node:assert/strict";
import { nearestNames } from "./nearest.ts";

const names = ["TestFigure82C", "TestFigure8Unreliable2C", "TestBackup2B", "TestCount2B"];

Deno.test("nearestNames() finds a slip of the keyboard in the middle of a long name", () => {
  assert.deepEqual(nearestNames("Unrelaible", names), ["TestFigure8Unreliable2C"]);
  assert.deepEqual(nearestNames("bakcup", names), ["TestBackup2B"]);
  assert.deepEqual(nearestNames("TestCuont2B", names)[0], "TestCount2B");
});

Deno.test("nearestNames() prefers a name of the same length, then the order of the list", () => {
  assert.deepEqual(nearestNames("2F", ["2A", "2B", "canary"]), ["2A", "2B"]);
  assert.deepEqual(nearestNames("figure9", names), ["TestFigure82C", "TestFigure8Unreliable2C"]);
});

Deno.test("nearestNames() finds nothing in what is not alike", () => {
  assert.deepEqual(nearestNames("mapreduce", names), []);
  assert.deepEqual(nearestNames("x", []), []);
});
