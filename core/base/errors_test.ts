import assert from "node:assert/strict";
import { DamagedDataError, invariant, InvariantError } from "./errors.ts";

Deno.test("invariant() throws the property's name and the facts", () => {
  const failing = () => invariant(false, "ElectionSafety", () => "servers 1 and 2 lead term 7");
  assert.throws(failing, (error) => {
    assert.ok(error instanceof InvariantError);
    assert.equal(error.property, "ElectionSafety");
    assert.equal(error.message, "ElectionSafety: servers 1 and 2 lead term 7");
    assert.equal(error.name, "InvariantError");
    return true;
  });
});

Deno.test("invariant() does not ask for the facts while the property holds", () => {
  invariant(true, "LogMatching", () => assert.fail("nobody wants to know"));
});

Deno.test("DamagedDataError says where the damage is", () => {
  const error = new DamagedDataError("A record is damaged", 12);
  assert.equal(error.offset, 12);
  assert.equal(error.message, "A record is damaged (at byte 12)");
});
