import assert from "node:assert/strict";
import { ByteWriter } from "../../base/bytes.ts";
import { DamagedDataError } from "../../base/errors.ts";
import {
  decodeFailure,
  decodeHello,
  decodeRefusal,
  encodeFailure,
  encodeHello,
  encodeRefusal,
  FailureCode,
  mismatch,
} from "./messages.ts";

const HELLO = { protocol: "dist824-mr", version: 7, clusterId: "blue" };

Deno.test("messages come back as they were written", () => {
  assert.deepEqual(decodeHello(encodeHello(HELLO)), HELLO);
  assert.equal(decodeRefusal(encodeRefusal("Not héré")), "Not héré");
  assert.deepEqual(decodeFailure(encodeFailure(2 ** 32 - 1, FailureCode.noService, "why")), {
    code: FailureCode.noService,
    text: "why",
  });
});

Deno.test("decodeHello() throws for anything else", () => {
  const intact = encodeHello(HELLO);
  const other = new ByteWriter();
  other.u8(1);
  other.text("dist824-rpc");
  other.varint(99);
  const wrong = [
    intact.subarray(0, intact.length - 1),
    new Uint8Array([...intact, 0]),
    encodeRefusal("no"),
    other.finish(),
  ];
  for (const message of wrong) assert.throws(() => decodeHello(message), DamagedDataError);
});

Deno.test("mismatch() names the first thing that differs", () => {
  assert.equal(mismatch(HELLO, { ...HELLO }), undefined);
  assert.match(
    mismatch(HELLO, { ...HELLO, protocol: "kv" })!,
    /speaks dist824-mr, the client "kv"/,
  );
  assert.match(mismatch(HELLO, { ...HELLO, version: 6 })!, /version 7 of dist824-mr/);
  assert.match(mismatch(HELLO, { ...HELLO, clusterId: "red" })!, /another cluster than "red"/);
  assert.equal(mismatch(HELLO, { ...HELLO, clusterId: "" }), undefined, "names no cluster");
  assert.match(mismatch({ ...HELLO, clusterId: "" }, HELLO)!, /another cluster than/);
});
