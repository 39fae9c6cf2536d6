import assert from "node:assert/strict";
import { DamagedDataError } from "../../../core/base/errors.ts";
import {
  type Command,
  decodeCommand,
  decodeSnapshot,
  encodeCommand,
  encodeSnapshot,
} from "./codec.ts";

Deno.test("decodeCommand() gives back what encodeCommand() took, type and value", () => {
  const commands: Command[] = [0, 1, 100, 2 ** 31, 2 ** 53 - 1, "", "100", "é".repeat(5000)];
  for (const command of commands) assert.equal(decodeCommand(encodeCommand(command)), command);
});

Deno.test("encodeCommand() writes text as UTF-8", () => {
  assert.ok(encodeCommand("x".repeat(5000)).length < 5010);
});

Deno.test("encodeCommand() returns bytes of their own", () => {
  const first = encodeCommand(7);
  encodeCommand(8);
  assert.equal(decodeCommand(first), 7);
});

Deno.test("decodeCommand() throws on anything but an integer or a text", () => {
  assert.throws(() => decodeCommand(new Uint8Array(0)), DamagedDataError);
  assert.throws(() => decodeCommand(new Uint8Array([0xc0])), DamagedDataError);
  assert.throws(() => decodeCommand(encodeSnapshot({ index: 0, commands: [undefined] })), {
    name: "DamagedDataError",
  });
});

Deno.test("decodeSnapshot() gives back what encodeSnapshot() took", () => {
  const snapshot = { index: 3, commands: [undefined, 10, "20", 2 ** 53 - 1] };
  assert.deepEqual(decodeSnapshot(encodeSnapshot(snapshot)), snapshot);
});

Deno.test("decodeSnapshot() throws when the index and the list do not fit, or a command is missing", () => {
  const short = encodeSnapshot({ index: 3, commands: [undefined, 10, 20] });
  const missing = encodeSnapshot({ index: 2, commands: [undefined, undefined, 20] });
  for (const bytes of [short, missing, encodeCommand(3), new Uint8Array([0x93])]) {
    assert.throws(() => decodeSnapshot(bytes), DamagedDataError);
  }
});
