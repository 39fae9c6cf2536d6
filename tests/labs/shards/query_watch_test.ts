import assert from "node:assert/strict";
import { NEWEST } from "../../../core/shardctrler/mod.ts";
import { QueryWatch } from "./query_watch.ts";

Deno.test("QueryWatch: a question sees what was known before it, and need not see what came later", () => {
  const watch = new QueryWatch();
  const early = watch.onAsked(NEWEST);
  const earlyOne = watch.onAsked(1);
  watch.onTold(1);
  early(0);
  earlyOne(0);
  watch.onAsked(NEWEST)(2);
  watch.onAsked(1)(1);
  watch.onAsked(5)(2);
});

Deno.test("QueryWatch: who answers with less than was known is behind", () => {
  const watch = new QueryWatch();
  watch.onTold(2);
  watch.onTold(1);
  const facts = /answers with 1; configuration 2 was known before$/;
  assert.throws(() => watch.onAsked(NEWEST)(1), facts);
  assert.throws(() => watch.onAsked(2)(1), facts);
  assert.throws(() => watch.onAsked(5)(1), /^InvariantError: QueriesAreCurrent: asked for .* 5, /);
  watch.onAsked(NEWEST)(3);
  assert.throws(() => watch.onAsked(NEWEST)(2), /configuration 3 was known/);
});
