import assert from "node:assert/strict";
import { LineSplitter } from "./line_splitter.ts";

function split(...pieces: readonly (string | number[])[]): { lines: string[]; end(): string[] } {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const piece of pieces) {
    splitter.push(
      typeof piece === "string" ? new TextEncoder().encode(piece) : new Uint8Array(piece),
    );
  }
  return {
    lines: [...lines],
    end() {
      splitter.end();
      return lines;
    },
  };
}

Deno.test("LineSplitter hands out whole lines, wherever the pieces end", () => {
  assert.deepEqual(split("a\nb", "c\n\n").lines, ["a", "bc", ""]);
  assert.deepEqual(split("a\nb").lines, ["a"]);
  assert.deepEqual(split("a\nb").end(), ["a", "b"]);
  assert.deepEqual(split("a\n").end(), ["a"]);
  assert.deepEqual(split([0xc3], [0xa4, 0x0a]).lines, ["ä"]);
});

Deno.test("LineSplitter cuts a line that has no end", () => {
  const piece = "x".repeat(50_000);
  assert.deepEqual(split(piece, piece, "\n").lines, [piece + piece, ""]);
});
