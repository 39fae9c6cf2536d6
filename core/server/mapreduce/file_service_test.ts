import assert from "node:assert/strict";
import { TemporaryFolder } from "../../host/temporary_folder.ts";
import { HostFiles } from "../../host/files.ts";
import { decodeFetchReply, encodeFetchRequest } from "../../mapreduce/messages_fetch_codec.ts";
import { below, fileService } from "./file_service.ts";
import { fetchPiece, RemoteInputs } from "./remote_files.ts";

Deno.test("below() leads nowhere but below", () => {
  assert.equal(below("/tmp/w", "map-1-1/0"), "/tmp/w/map-1-1/0");
  assert.equal(below("/tmp/w", "mr-part-3-1-worker-9"), "/tmp/w/mr-part-3-1-worker-9");
  for (
    const path of ["", "..", "../a", "a/../b", "/etc/passwd", "a//b", ".", "a/.", "a\0b", "a b"]
  ) {
    assert.equal(below("/tmp/w", path), undefined, path);
  }
});

Deno.test("the file service gives pieces of what it may, and nothing else", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  Deno.writeTextFileSync(folder.file("a"), "0123456789");
  const handler = fileService(
    new HostFiles(),
    (path) => path === "a" ? folder.file("a") : path === "gone" ? folder.file("gone") : undefined,
  );
  const ask = (path: string, offset: number, length: number) =>
    new Promise<string | undefined>((resolve) => {
      handler(encodeFetchRequest({ path, offset, length }), (reply) => {
        const piece = decodeFetchReply(reply);
        resolve(piece && new TextDecoder().decode(piece));
      });
    });
  assert.equal(await ask("a", 2, 3), "234");
  assert.equal(await ask("a", 8, 100), "89");
  assert.equal(await ask("a", 50, 100), "");
  assert.equal(await ask("b", 0, 1), undefined);
  assert.equal(await ask("gone", 0, 1), undefined);
  handler(Uint8Array.of(0xff), () => assert.fail("nonsense is not answered"));
  await folder.remove();
});

Deno.test("remote inputs are put together from pieces, up to their end", async () => {
  const text = new TextEncoder().encode("x".repeat(2_500_000) + "end");
  const files = {
    size: () => Promise.resolve(text.length),
    read: (_path: string, offset: number, length: number) =>
      Promise.resolve(text.slice(offset, offset + length)),
  };
  const handler = fileService(files, (path) => path === "in/a" ? path : undefined);
  const caller = {
    call: (_service: string, request: Uint8Array) =>
      new Promise<Uint8Array>((resolve) => handler(request, resolve)),
  };
  const inputs = new RemoteInputs(caller);
  assert.deepEqual(await inputs.read("in/a", 0, 10_000_000), text);
  assert.deepEqual(await inputs.read("in/a", 2_499_999, 2), text.slice(2_499_999, 2_500_001));
  assert.equal((await inputs.read("in/a", 9_999_999, 10)).length, 0);
  await assert.rejects(inputs.read("in/b", 0, 1), /The master has no input file "in\/b"/);
  assert.equal(await fetchPiece(caller, "in/b", 0, 1), undefined);
});
