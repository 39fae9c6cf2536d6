import assert from "node:assert/strict";
import { checkHistory, kvModel } from "../../core/check/mod.ts";
import { HISTORY_KINDS, historyOf, withStaleRead } from "./check_histories.ts";

Deno.test("bench check: every kind of history is decided, and a changed get is found", () => {
  for (const kind of HISTORY_KINDS) {
    const small = { ...kind, shape: { ...kind.shape, operations: 600 } };
    const history = historyOf(small, 1n);
    assert.equal(checkHistory(kvModel, history).verdict, "ok", kind.name);
    if (kind.shape.values !== "unique") continue;
    assert.equal(checkHistory(kvModel, withStaleRead(history)).verdict, "illegal", kind.name);
  }
});
