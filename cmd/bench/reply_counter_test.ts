import assert from "node:assert/strict";
import { ReplyCounter, ReplyError } from "./reply_counter.ts";

const STREAM = "+OK\r\n$5\r\na\r\n\nb\r\n$-1\r\n$0\r\n\r\n-ERR no\r\n:12\r\n_\r\n";

Deno.test("a reply counter counts, however the stream is cut", () => {
  const bytes = new TextEncoder().encode(STREAM);
  for (let size = 1; size <= bytes.length; size++) {
    const counter = new ReplyCounter();
    for (let at = 0; at < bytes.length; at += size) counter.push(bytes.subarray(at, at + size));
    assert.equal(counter.replies, 7, `in pieces of ${size}`);
    assert.equal(counter.errors, 1);
    assert.equal(counter.lastError, "ERR no");
  }
});

Deno.test("a reply counter refuses what is no reply", () => {
  for (const garbage of ["HTTP/1.1 400\r\n", "\r\n", "$x\r\n", "$-2\r\n"]) {
    const counter = new ReplyCounter();
    assert.throws(() => counter.push(new TextEncoder().encode(garbage)), ReplyError);
  }
});
