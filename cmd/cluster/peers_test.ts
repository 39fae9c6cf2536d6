import assert from "node:assert/strict";
import { peerList, serverList } from "./peers.ts";

Deno.test("peerList() reads numbers and addresses", () => {
  assert.deepEqual([...peerList("1=10.0.0.1:7824, 2=[::1]:99")], [
    [1, { hostname: "10.0.0.1", port: 7824 }],
    [2, { hostname: "::1", port: 99 }],
  ]);
});

Deno.test("serverList() does not insist on numbers", () => {
  assert.deepEqual(serverList("a:1,7=b:2"), [
    { id: undefined, address: { hostname: "a", port: 1 } },
    { id: 7, address: { hostname: "b", port: 2 } },
  ]);
});

Deno.test("peerList() and serverList() say what is wrong", () => {
  assert.throws(() => peerList("a:1,b:2"), /Expected ID=HOST:PORT/);
  assert.throws(() => peerList("1=a:1,1=b:2"), /The server 1 is there twice/);
  assert.throws(() => serverList("a:1,a:1"), /The address a:1 is there twice/);
  assert.throws(() => serverList("1=a"), /Expected HOST:PORT/);
  assert.throws(() => serverList("a:1,"), /Expected HOST:PORT/);
  assert.throws(() => serverList("x=a:1"), /Expected HOST:PORT or ID=HOST:PORT/);
});
