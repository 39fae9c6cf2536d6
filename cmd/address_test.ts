import assert from "node:assert/strict";
import { address, addressText } from "./address.ts";

Deno.test("address() takes a host and a port, or a port alone", () => {
  for (
    const [text, hostname, port] of [
      ["10.0.0.1:9824", "10.0.0.1", 9824],
      ["host.example:1", "host.example", 1],
      [":9824", "127.0.0.1", 9824],
      ["0", "127.0.0.1", 0],
      ["[::1]:80", "::1", 80],
    ] as const
  ) assert.deepEqual(address(text), { hostname, port }, text);
});

Deno.test("address() refuses anything else", () => {
  for (const text of ["", "host", "host:", "host:x", "host:70000", "a b:1", "::1:80", "-1"]) {
    assert.throws(() => address(text), /Expected HOST:PORT/, text);
  }
});

Deno.test("addressText() writes what address() reads", () => {
  for (const text of ["10.0.0.1:9824", "[::1]:80"]) {
    assert.equal(addressText(address(text)), text);
  }
});
