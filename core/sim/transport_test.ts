import assert from "node:assert/strict";
import { serverId } from "../base/durable.ts";
import { SimServer } from "./network.ts";
import { SimTransport } from "./transport.ts";

Deno.test("SimTransport.call() throws when there is no end to that server", () => {
  const transport = new SimTransport([], new SimServer());
  assert.throws(() => transport.call(serverId(0), "Raft", new Uint8Array(0), () => {}), RangeError);
});

Deno.test("SimTransport.call() sends through the end of that server", () => {
  const calls: string[] = [];
  const ends = ["a", "b"].map((name) => ({
    name,
    call: (service: string) => void calls.push(`${service} through ${name}`),
  }));
  new SimTransport(ends, new SimServer()).call(serverId(1), "Raft", new Uint8Array(0), () => {});
  assert.deepEqual(calls, ["Raft through b"]);
});
