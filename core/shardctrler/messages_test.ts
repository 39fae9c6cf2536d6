import assert from "node:assert/strict";
import { DamagedDataError } from "../base/errors.ts";
import type { Change } from "./change.ts";
import { type Config, firstConfig, NEWEST } from "./config.ts";
import {
  decodeChange,
  decodeChangeResult,
  decodeConfig,
  decodeQuery,
  encodeChange,
  encodeChangeResult,
  encodeConfig,
  encodeQuery,
} from "./messages.ts";

const CHANGES: readonly Change[] = [
  { kind: "join", groups: new Map([[7, ["h:1", "h:2"]], [9, []]]) },
  { kind: "leave", gids: [7, 2 ** 40] },
  { kind: "move", shard: 1023, gid: 9 },
];

Deno.test("changes, results, questions and configurations survive the way through bytes", () => {
  for (const change of CHANGES) assert.deepEqual(decodeChange(encodeChange(change)), change);
  for (const num of [NEWEST, 0, 1, 1000]) assert.equal(decodeQuery(encodeQuery(num)), num);
  for (const result of [{ kind: "changed", num: 3 }, { kind: "refused", num: 3, reason: "é" }]) {
    const typed = result as Parameters<typeof encodeChangeResult>[0];
    assert.deepEqual(decodeChangeResult(encodeChangeResult(typed)), result);
  }
  const config: Config = { num: 300, shards: [1, 1, 2], groups: new Map([[1, ["a"]], [2, ["b"]]]) };
  assert.deepEqual(decodeConfig(encodeConfig(config)), config);
  assert.deepEqual(decodeConfig(encodeConfig(firstConfig(10))), firstConfig(10));
});

Deno.test("equal configurations have equal bytes, in whatever order their groups were put in", () => {
  const one: Config = { num: 1, shards: [1, 2], groups: new Map([[1, ["a"]], [2, ["b"]]]) };
  const other: Config = { ...one, groups: new Map([[2, ["b"]], [1, ["a"]]]) };
  assert.deepEqual(encodeConfig(other), encodeConfig(one));
});

Deno.test("decoders refuse what was cut short, and what goes on behind the end", () => {
  for (const change of CHANGES) {
    const bytes = encodeChange(change);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeChange(bytes.subarray(0, length)), DamagedDataError);
    }
    assert.throws(() => decodeChange(Uint8Array.of(...bytes, 0)), DamagedDataError);
  }
  assert.throws(() => decodeChange(Uint8Array.of(9)), DamagedDataError);
});
