import assert from "node:assert/strict";
import { LAB_1 } from "./lab1/mod.ts";
import { BOOK_HASHES, hashOfLines, indexerLines, nocrashLines, wcLines } from "./lab1/oracle.ts";
import { generateTexts, loadTexts } from "./lab1/texts.ts";
import { runLabTest } from "./run_lab_test.ts";

/** The others take up to a minute: they run in `dist824 test --lab 1`. */
const QUICK = ["TestWc1", "TestIndexer1", "TestEarlyExit1"];

for (const test of LAB_1.filter(({ name }) => QUICK.includes(name))) {
  Deno.test(`${test.title} [${test.name}]`, async () => {
    const { verdict, reason, measured } = await runLabTest(test, 1n);
    assert.equal(verdict, "pass", reason);
    assert.ok(measured!.rpcs >= measured!.commits!);
  });
}

Deno.test("lab 1: the tests of the course are all there, and none of them can be repeated", () => {
  assert.deepEqual(LAB_1.map(({ title }) => title.replace("Test (1): ", "")), [
    "wc",
    "indexer",
    "map parallelism",
    "reduce parallelism",
    "job count",
    "early exit",
    "crash",
  ]);
  assert.ok(LAB_1.every(({ realWorld }) => realWorld !== undefined));
});

Deno.test("lab 1: the oracle gives what is known of the eight books", async (context) => {
  const { files, areBooks } = await loadTexts();
  await context.step({
    name: "with the books, which DIST824_TEXTS or ../shared/texts must hold",
    ignore: !areBooks,
    fn() {
      const nameOf = ({ name }: { readonly name: string }) => `../${name}`;
      assert.equal(hashOfLines(wcLines(files)), BOOK_HASHES.wc);
      assert.equal(hashOfLines(indexerLines(files, nameOf)), BOOK_HASHES.indexer);
      assert.equal(hashOfLines(nocrashLines(files, nameOf)), BOOK_HASHES.nocrash);
      const once = files.map((text) => `${nameOf(text)} 1`);
      assert.equal(hashOfLines(once), BOOK_HASHES.early_exit);
    },
  });
});

Deno.test("lab 1: the texts in place of the books are always the same, and have their names and sizes", () => {
  const texts = generateTexts();
  assert.equal(texts.length, 8);
  assert.deepEqual(generateTexts(), texts);
  for (const { name, contents } of texts) {
    assert.match(name, /^pg-[a-z_]+\.txt$/);
    assert.ok(contents.length > 130_000);
  }
  assert.ok(wcLines(texts).length > 5000);
});
