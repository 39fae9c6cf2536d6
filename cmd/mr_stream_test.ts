import assert from "node:assert/strict";
import { type MemoryEnv, memoryEnv } from "./memory_env.ts";
import { run } from "./mod.ts";

async function ran(argv: string[], stdin: string, variables = {}): Promise<[number, MemoryEnv]> {
  const env = memoryEnv({ stdin, variables });
  return [await run(["mr-stream", ...argv], env), env];
}

Deno.test("mr-stream map and reduce count words, with sort between them", async () => {
  const [status, map] = await ran(["map", "wc"], "to be or not to be\nthat is the question");
  assert.equal(status, 0);
  const pairs = map.out().split("\n").slice(0, -1).sort().map((line) => `${line}\n`).join("");
  const [, reduce] = await ran(["reduce", "wc"], pairs);
  assert.equal(reduce.out(), "be\t2\nis\t1\nnot\t1\nor\t1\nquestion\t1\nthat\t1\nthe\t1\nto\t2\n");
  assert.equal(reduce.err(), "");
});

Deno.test("mr-stream map tells the application the name of the file", async () => {
  const [, env] = await ran(["map", "indexer"], "word", { mapreduce_map_input_file: "book.txt" });
  assert.equal(env.out(), "word\tbook.txt\n");
  const [, unnamed] = await ran(["map", "grep", "or"], "word");
  assert.equal(unnamed.out(), "-\0" + "0".repeat(16) + "\tword\n");
});

Deno.test("mr-stream says what is wrong with its command line", async () => {
  for (
    const [argv, message] of [
      [["mapp", "wc"], /Expected one of map, reduce \(did you mean map\?\)/],
      [["map"], /app/],
      [["map", "wcc"], /unknown application 'wcc'/],
      [["map", "grep"], /grep wants PATTERN/],
      [["map", "wc", "more"], /too much was given: more/],
    ] as const
  ) {
    const [status, env] = await ran([...argv], "");
    assert.equal(status, 2, env.err());
    assert.match(env.err(), message);
  }
});
