import assert from "node:assert/strict";
import { sameSecret } from "./same_secret.ts";

Deno.test("sameSecret() compares bytes of any length", () => {
  const secret = Uint8Array.of(1, 2, 3);
  assert.ok(sameSecret(secret, Uint8Array.of(1, 2, 3)));
  assert.ok(sameSecret(new Uint8Array(0), new Uint8Array(0)));
  for (const guess of [[], [1, 2], [1, 2, 4], [1, 2, 3, 0]]) {
    assert.ok(!sameSecret(secret, Uint8Array.from(guess)));
  }
});
