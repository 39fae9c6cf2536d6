import assert from "node:assert/strict";
import { type EntryKind, type LogEntry, logIndex, term } from "../../core/base/mod.ts";
import { entryJson, entryLine } from "./entry_text.ts";

function entry(command: string | readonly number[], kind: EntryKind = "command"): LogEntry {
  const bytes = typeof command === "string"
    ? new TextEncoder().encode(command)
    : new Uint8Array(command);
  return { index: logIndex(7), term: term(2), kind, command: bytes };
}

Deno.test("entryLine() shows text as text, and anything else as bytes", () => {
  const line = (command: string | readonly number[]) => entryLine(entry(command)).slice(17);
  assert.equal(entryLine(entry("hello")), "       7      2  hello\n");
  assert.equal(line("two\nlines\tand äöü"), "two\\nlines\\tand äöü\n");
  assert.equal(line([0, 255]), "0x00ff\n");
  assert.equal(line("\x1b[31mred"), "0x1b5b33316d726564\n", "a terminal obeys nothing in it");
  assert.equal(line("x".repeat(300)), `${"x".repeat(200)}… (300 bytes)\n`);
  assert.equal(line(`x${"ä".repeat(150)}`), `x${"ä".repeat(99)}… (301 bytes)\n`);
  assert.equal(entryLine(entry("", "noOp")).slice(17), "(begins the term)\n");
});

Deno.test("entryJson() keeps every byte", () => {
  const json = (value: LogEntry) => JSON.parse(entryJson(value));
  assert.deepEqual(json(entry("a\n")), { index: 7, term: 2, kind: "command", text: "a\n" });
  assert.deepEqual(json(entry([255])), { index: 7, term: 2, kind: "command", base64: "/w==" });
  assert.deepEqual(json(entry("", "noOp")), { index: 7, term: 2, kind: "noOp" });
});
