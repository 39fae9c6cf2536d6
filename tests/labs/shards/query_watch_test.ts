import assert from "node:assert/strict";
import { QueryWatch } from "./query_watch.ts";

Deno.test("QueryWatch: a question sees what was answered before it, and need not see what came later", () => {
  const watch = new QueryWatch();
  const early = watch.onAsked();
  watch.onChanged(1);
  early(0);
  watch.onAsked()(1);
  watch.onAsked()(2);
  watch.onChanged(2);
  watch.onChanged(1);
  assert.throws(
    () => watch.onAsked()(1),
    /^InvariantError: QueriesAreCurrent: the newest configuration is 1, .* with configuration 2$/,
  );
});
