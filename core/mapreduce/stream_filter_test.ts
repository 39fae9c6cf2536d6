import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { MapReduceApp, TextApp } from "./app.ts";
import { grep } from "./apps/grep.ts";
import { nocrash } from "./apps/lab_crash.ts";
import { sort } from "./apps/sort.ts";
import { wc } from "./apps/wc.ts";
import { runSequentially } from "./oracle.ts";
import { filterMap, filterReduce } from "./stream_filter.ts";

const encoder = new TextEncoder();

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.slice(at, at + size));
  }
}

interface Filtered {
  readonly text: string;
  readonly reports: readonly string[];
}

async function filtered(
  filter: (output: Parameters<typeof filterReduce>[2]) => Promise<void>,
): Promise<Filtered> {
  const decoder = new TextDecoder();
  const reports: string[] = [];
  let text = "";
  await filter({
    write: (bytes) => text += decoder.decode(bytes, { stream: true }),
    report: (line) => reports.push(line),
  });
  return { text, reports };
}

function mapped(app: MapReduceApp, text: string, size = 1000): Promise<Filtered> {
  return filtered((output) => filterMap(app, "in.txt", pieces(text, size), output));
}

function reduced(app: MapReduceApp, text: string, size = 1000): Promise<Filtered> {
  return filtered((output) => filterReduce(app, pieces(text, size), output));
}

function sortedLines(text: string): string {
  const lines = text.split("\n").slice(0, -1).map((line) => encoder.encode(line));
  return lines.sort(Buffer.compare).map((line) => `${new TextDecoder().decode(line)}\n`).join("");
}

Deno.test("map, sort and reduce as filters give what the oracle gives, however they are cut", async () => {
  const anyText = fc.string({ unit: fc.constantFrom("a", "b", "é", " ", "\n"), maxLength: 200 });
  await fc.assert(fc.asyncProperty(anyText, fc.integer({ min: 1, max: 50 }), async (text, size) => {
    const { text: pairs } = await mapped(wc, text, size);
    const { text: lines } = await reduced(wc, sortedLines(pairs), size);
    const expected = await runSequentially(wc, [{
      file: "in.txt",
      contents: encoder.encode(text),
    }]);
    assert.equal(
      lines,
      expected.map((line) => `${new TextDecoder().decode(line).replace(" ", "\t")}\n`).join(""),
    );
  }));
});

Deno.test("filterMap() gives whole files to who wants them, and offsets to who asks", async () => {
  const { text } = await mapped(nocrash, "x".repeat(5000));
  assert.equal(text, "a\tin.txt\nb\t6\nc\t5000\nd\txyzzy\n");
  const lines = Array.from({ length: 300_000 }, (_, i) => `line ${i}\n`).join("");
  const found = await mapped(grep("line 299999"), lines, 65_536);
  const place = String(lines.length - "line 299999\n".length).padStart(16, "0");
  assert.equal(found.text, `in.txt\0${place}\tline 299999\n`);
  assert.equal((await reduced(grep("x"), found.text)).text, "in.txt:line 299999\n");
});

Deno.test("filterReduce() writes the lines of who writes lines, and combines a hot key", async () => {
  assert.equal((await reduced(sort, "a\t\nb\t\nb\t\n")).text, "a\nb\nb\n");
  const { text } = await reduced(wc, "hot\t2\n".repeat(400_000), 65_536);
  assert.equal(text, "hot\t800000\n");
  assert.equal((await reduced(wc, "")).text, "");
});

Deno.test("filters report counters and statuses", async () => {
  const app: TextApp = {
    map(_file, contents, context) {
      context.count("a,b", contents.length);
      context.status("busy\nnow");
      return [];
    },
    reduce: () => "",
  };
  assert.deepEqual((await mapped(app, "12345")).reports, [
    "reporter:status:busy now",
    "reporter:counter:dist824,a;b,5",
  ]);
});

Deno.test("filterMap() refuses what lines cannot carry", async () => {
  const emitting = (key: string, value: string): TextApp => ({
    map: () => [{ key, value }],
    reduce: () => "",
  });
  for (const [key, value] of [["a\tb", ""], ["a\nb", ""], ["a", "b\nc"]] as const) {
    await assert.rejects(mapped(emitting(key, value), "x"), {
      name: "AppError",
      message: /cannot carry/,
    });
  }
  assert.equal((await mapped(emitting("a", "b\tc"), "x")).text, "a\tb\tc\n");
});
