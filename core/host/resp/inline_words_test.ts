import assert from "node:assert/strict";
import { inlineWords } from "./inline_words.ts";
import { RespProtocolError } from "./request.ts";

function words(line: string): string[] {
  const bytes = Uint8Array.from(line, (letter) => letter.charCodeAt(0));
  return inlineWords(bytes).map((word) => String.fromCharCode(...word));
}

Deno.test("inlineWords() splits at blanks of any kind", () => {
  assert.deepEqual(words("  set\tkey   value "), ["set", "key", "value"]);
  assert.deepEqual(words(" \t "), []);
});

Deno.test("inlineWords() knows double quotes and their escapes", () => {
  assert.deepEqual(words(String.raw`set "a b" "\x41\xff\n\"\\\q"`), ["set", "a b", 'A\xff\n"\\q']);
  assert.deepEqual(words(`set ""`), ["set", ""]);
  assert.deepEqual(words(String.raw`"\xZZ"`), ["xZZ"]);
});

Deno.test("inlineWords() knows single quotes, where a backslash is one", () => {
  assert.deepEqual(words(String.raw`set 'a\n' 'it\'s'`), ["set", String.raw`a\n`, "it's"]);
});

Deno.test("inlineWords() refuses quotes that do not close, and letters behind one that does", () => {
  for (const line of [`"abc`, `'abc`, `"abc"d`, `'abc'd`, `"abc\\`]) {
    assert.throws(() => words(line), RespProtocolError, line);
  }
});
