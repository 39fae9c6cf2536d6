import assert from "node:assert/strict";
import { TestFailure } from "../lab_test.ts";
import { checkClientAppends, checkConcurrentAppends } from "./kv_appends.ts";

function refused(message: RegExp) {
  return (error: unknown) => error instanceof TestFailure && message.test(error.message);
}

Deno.test("checkClientAppends() takes all appends in order, with anything in between", () => {
  checkClientAppends(0, "", 0);
  checkClientAppends(2, "x 2 0 yx 7 0 yx 2 1 y", 2);
  checkClientAppends(1, "x 1 0 yx 1 1 yx 1 2 y", 2);
  checkClientAppends(1, Array.from({ length: 120 }, (_, i) => `x 1 ${i} y`).join(""), 120);
});

Deno.test("checkClientAppends() refuses what is missing, doubled or out of order", () => {
  assert.throws(() => checkClientAppends(0, "x 0 0 y", 2), refused(/^missing element x 0 1 y/));
  assert.throws(() => checkClientAppends(0, "x 0 10 y", 1), refused(/^missing element x 0 0 y/));
  assert.throws(
    () => checkClientAppends(0, "x 0 0 yx 0 1 yx 0 0 y", 2),
    refused(/^duplicate element x 0 0 y/),
  );
  assert.throws(
    () => checkClientAppends(0, "x 0 1 yx 0 0 y", 2),
    refused(/^wrong order for element x 0 1 y/),
  );
});

Deno.test("checkConcurrentAppends() checks the order of each client alone", () => {
  checkConcurrentAppends("x 1 0 yx 0 0 yx 0 1 yx 1 1 y", [2, 2]);
  assert.throws(
    () => checkConcurrentAppends("x 1 0 yx 0 0 yx 1 0 yx 0 1 y", [2, 1]),
    refused(/^duplicate element x 1 0 y/),
  );
});
