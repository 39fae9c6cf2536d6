import assert from "node:assert/strict";
import { ReplyWriter, type RespVersion } from "./reply_writer.ts";

function written(write: (replies: ReplyWriter) => void, version: RespVersion = 2): string {
  const replies = new ReplyWriter();
  replies.version = version;
  write(replies);
  return new TextDecoder().decode(replies.bytes());
}

Deno.test("ReplyWriter writes every kind of reply", () => {
  assert.equal(written((replies) => replies.ok()), "+OK\r\n");
  assert.equal(written((replies) => replies.status("PONG")), "+PONG\r\n");
  assert.equal(written((replies) => replies.error("ERR no\r\nline")), "-ERR no  line\r\n");
  assert.equal(written((replies) => replies.text("é")), "$2\r\né\r\n");
  assert.equal(written((replies) => replies.bulk(new Uint8Array(0))), "$0\r\n\r\n");
  assert.equal(written((replies) => replies.array(0)), "*0\r\n");
});

Deno.test("ReplyWriter writes integers of up to 64 bits", () => {
  for (const value of [0, 9, 10, -1, 2 ** 53, -(2n ** 63n), 2n ** 63n - 1n]) {
    assert.equal(written((replies) => replies.integer(value)), `:${value}\r\n`);
  }
});

Deno.test("ReplyWriter writes the length of what is long", () => {
  for (const length of [9, 10, 99, 100, 1000, 65_536, 1_000_000]) {
    const replies = new ReplyWriter();
    replies.bulk(new Uint8Array(length));
    const head = `$${length}\r\n`;
    assert.equal(replies.length, head.length + length + 2);
    assert.equal(new TextDecoder().decode(replies.bytes().subarray(0, head.length)), head);
  }
});

Deno.test("ReplyWriter writes null and maps as the version of the protocol wants", () => {
  assert.equal(written((replies) => replies.null()), "$-1\r\n");
  assert.equal(written((replies) => replies.null(), 3), "_\r\n");
  assert.equal(written((replies) => replies.map(2)), "*4\r\n");
  assert.equal(written((replies) => replies.map(2), 3), "%2\r\n");
});

Deno.test("ReplyWriter starts again when it is cleared, and lets a large buffer go", () => {
  const replies = new ReplyWriter();
  replies.bulk(new Uint8Array(1_000_000));
  replies.clear();
  replies.ok();
  assert.equal(new TextDecoder().decode(replies.bytes()), "+OK\r\n");
  assert.ok(replies.bytes().buffer.byteLength < 100_000);
});
