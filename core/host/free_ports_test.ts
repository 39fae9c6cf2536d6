import assert from "node:assert/strict";
import { freePorts, isPortFree } from "./free_ports.ts";

Deno.test("freePorts() finds different ports that can be listened on", () => {
  const ports = freePorts(20);
  assert.equal(new Set(ports).size, 20);
  const listeners = ports.map((port) => Deno.listen({ hostname: "127.0.0.1", port }));
  for (const listener of listeners) listener.close();
});

Deno.test("freePorts() passes on why an address cannot be listened on", () => {
  assert.throws(() => freePorts(1, "192.0.2.1"));
});

Deno.test("isPortFree() sees who listens", () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  assert.equal(isPortFree(port), false);
  listener.close();
  assert.equal(isPortFree(port), true);
});
