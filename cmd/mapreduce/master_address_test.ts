import assert from "node:assert/strict";
import { address, isLoopback } from "../address.ts";
import { refuseOpen } from "./master_address.ts";

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
