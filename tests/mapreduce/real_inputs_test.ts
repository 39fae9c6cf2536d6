/** Jobs over inputs of every kind, on real processes. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { SeededRandom } from "../../core/base/random.ts";
import { Playground } from "./_playground.ts";

async function run(ground: Playground, ...args: string[]): Promise<void> {
  await ground.start("mr-run", ...args).good();
}

Deno.test("real: the output is the same, byte for byte, whatever the number of workers and splits", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, 100_000);
    const outputs = await Promise.all(
      [
        ["--workers", "1"],
        ["--workers", "2", "--split", "10K"],
        ["--workers", "3", "--split", "77777"],
        ["--workers", "1", "--split", "1000"],
      ].map(async (options, i) => {
        await run(ground, "wc", "in", "--out", `out${i}`, ...options);
        return await ground.output(`out${i}`);
      }),
    );
    for (const output of outputs) assert.deepEqual(output, outputs[0]);
    assert.deepEqual(await ground.lines("out0"), await ground.expectedWords());
    await ground.checkTemp();
  }));

Deno.test("real: empty files, no last line feed, bytes that are no text, and compressed files", () =>
  Playground.play(async (ground) => {
    const noise = new Uint8Array(50_000);
    const random = new SeededRandom(1n);
    for (let i = 0; i < noise.length; i++) noise[i] = random.below(256);
    await ground.write("in/empty", "");
    await ground.write("in/one", "word");
    await ground.write("in/crlf", "\u{feff}one\r\ntwo\r\n\r\n");
    await ground.write("in/noise", noise);
    await ground.write("in/broken", Uint8Array.of(0x61, 0xff, 0x62, 0xc3, 0x0a, 0xe6, 0x97));
    const plain = await ground.expectedWords();
    await run(ground, "wc", "in", "--out", "out", "--split", "1000");
    assert.deepEqual(await ground.lines(), plain);

    await ground.write("zipped/a.gz", gzipSync("word\n".repeat(100_000)));
    await run(ground, "wc", "zipped", "--out", "out2", "--split", "100");
    assert.deepEqual(await ground.lines("out2"), ["word 100000"]);
  }));

Deno.test("real: a job over empty files only has empty results", () =>
  Playground.play(async (ground) => {
    await ground.write("in/a", "");
    await ground.write("in/b", "");
    await run(ground, "wc", "in", "--out", "out", "--reduce", "2");
    await ground.checkWords(2);
    await run(ground, "nocrash", "in", "--out", "out2");
    assert.deepEqual(await ground.lines("out2"), [
      "a in/a in/b",
      "b 4 4",
      "c 0 0",
      "d xyzzy xyzzy",
    ]);
  }));

Deno.test("real: a line of 100 MB in splits of 1 MB", () =>
  Playground.play(async (ground) => {
    await ground.write("in/line", "word ".repeat(20_000_000));
    await run(ground, "wc", "in", "--out", "out", "--split", "1M");
    assert.deepEqual(await ground.lines(), ["word 20000000"]);
    await run(ground, "sort", "in", "--out", "out2", "--split", "1M");
    assert.equal((await ground.lines("out2"))[0]!.length, 100_000_000);
  }));

Deno.test("real: 100,000 small files", () =>
  Playground.play(async (ground) => {
    await ground.write("in/0", "word number0\n");
    for (let i = 1; i < 100_000; i++) {
      Deno.writeTextFileSync(ground.path(`in/${i}`), `word number${i % 10}\n`);
    }
    await run(ground, "wc", "in", "--out", "out");
    assert.deepEqual(await ground.lines(), ["number 100000", "word 100000"]);
  }));

Deno.test("real: shell commands as mapper and reducer, which count and complain", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(2, 50_000);
    const mapper = "tr -cs A-Za-z '\\n' | grep . && echo reporter:counter:test,mappers,1 >&2";
    const reducer = `uniq -c | awk '{print $2, $1}'; echo hm >&2`;
    await run(
      ground,
      ...["--mapper", mapper, "--reducer", reducer, "in", "--out", "out", "--json", "j"],
    );
    assert.deepEqual(await ground.lines(), await ground.expectedWords());
    const { counters } = JSON.parse(await Deno.readTextFile(ground.path("j")));
    assert.equal(counters["test: mappers"], 2);
    await ground.checkTemp();
  }));
