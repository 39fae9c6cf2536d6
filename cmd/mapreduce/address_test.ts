import assert from "node:assert/strict";
import { address, addressText, isLoopback, refuseOpen } from "./address.ts";

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

Deno.test("refuseOpen() lets other machines in only if the user has said so", () => {
  for (const text of ["127.0.0.1:1", "127.8.8.8:1", "localhost:1", "[::1]:1"]) {
    assert.ok(isLoopback(address(text)), text);
    refuseOpen("--listen", address(text), false);
  }
  for (const text of ["0.0.0.0:1", "[::]:1", "127.0.0.1.example.org:1", "10.0.0.1:1"]) {
    assert.throws(
      () => refuseOpen("--listen", address(text), false),
      /--listen .*--insecure/,
      text,
    );
    refuseOpen("--listen", address(text), true);
  }
});
