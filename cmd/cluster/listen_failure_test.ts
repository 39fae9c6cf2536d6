import assert from "node:assert/strict";
import { listenFailure } from "./listen_failure.ts";

function failureOf(hostname: string, port: number): string | undefined {
  try {
    Deno.listen({ hostname, port }).close();
    return undefined;
  } catch (error) {
    return listenFailure(error, `${hostname}:${port}`, "--admin")?.message;
  }
}

Deno.test("listenFailure says what is wrong with an address, and what to do", () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assert.equal(
    failureOf("127.0.0.1", port),
    `127.0.0.1:${port} is in use: another server may be running there`,
  );
  taken.close();
  assert.equal(
    failureOf("192.0.2.1", 8824),
    "192.0.2.1:8824 is no address of this machine: say where with --admin",
  );
  assert.equal(
    listenFailure(new Deno.errors.PermissionDenied(), "a:80", "--admin")?.message,
    "a:80 may not be listened on by this user: give a port above 1023 with --admin",
  );
  assert.equal(
    listenFailure(
      new Error("failed to lookup address information: Name or service not known"),
      "a:8824",
      "--admin",
    )?.message,
    "a:8824 has a name that cannot be found: check it, or give an address with --admin",
  );
  assert.equal(listenFailure(new Error("other"), "a:1", "--admin"), undefined);
});
