import assert from "node:assert/strict";
import { globMatcher } from "./glob.ts";

function matches(pattern: string, key: string): boolean {
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  return globMatcher(bytes(pattern))(bytes(key));
}

Deno.test("globMatcher() matches what Redis matches", () => {
  for (
    const [pattern, key] of [
      ["*", ""],
      ["", ""],
      ["**a**", "xxa"],
      ["h?llo", "hello"],
      ["h*llo", "heeello"],
      ["h*l*o", "hello, hello"],
      ["h[ae]llo", "hallo"],
      ["h[^e]llo", "hallo"],
      ["h[a-c]llo", "hbllo"],
      ["h[c-a]llo", "hbllo"],
      [String.raw`a\*c`, "a*c"],
      [String.raw`[\]]`, "]"],
      ["[a-]", "^"],
      ["[abc", "b"],
      ["a\\", "a\\"],
      ["\xff?\0", "\xffx\0"],
      ["[^]x", "ax"],
    ] as const
  ) assert.ok(matches(pattern, key), `${pattern} ${key}`);
});

Deno.test("globMatcher() does not match what Redis does not", () => {
  for (
    const [pattern, key] of [
      ["", "a"],
      ["?", ""],
      ["a", "ab"],
      ["ab", "a"],
      ["h[^e]llo", "hello"],
      ["h[a-c]llo", "hdllo"],
      [String.raw`a\*c`, "abc"],
      ["a*b", "ac"],
      ["*a", "ab"],
      ["[]", "a"],
    ] as const
  ) assert.ok(!matches(pattern, key), `${pattern} ${key}`);
});

Deno.test("globMatcher() takes no time over patterns made to take it", () => {
  assert.ok(!matches("a*".repeat(40) + "b", "a".repeat(5000)));
});
