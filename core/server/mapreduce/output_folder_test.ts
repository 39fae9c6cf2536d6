import assert from "node:assert/strict";
import { HostFiles } from "../../host/files.ts";
import { TemporaryFolder } from "../../host/temporary_folder.ts";
import { JournalMismatchError } from "../../mapreduce/journal.ts";
import { OutputFolder, OutputRefusedError } from "./output_folder.ts";

const files = new HostFiles();

async function withFolder(
  names: readonly string[],
  check: (path: string, output: OutputFolder) => Promise<void>,
): Promise<void> {
  const folder = new TemporaryFolder("dist824-test-");
  const path = folder.file("out");
  Deno.mkdirSync(path);
  for (const name of names) Deno.writeTextFileSync(`${path}/${name}`, "");
  const output = await OutputFolder.take(files, path);
  await check(path, output);
  output.release();
  await folder.remove();
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).filter((name) => name !== ".mr-lock")
    .sort();
}

const begun = () => Promise.resolve("begun");

Deno.test("a folder of results belongs to one master", () =>
  withFolder([], async (path) => {
    await assert.rejects(OutputFolder.take(files, path), OutputRefusedError);
  }));

Deno.test("a folder without results is begun with, whatever else is in it", () =>
  withFolder(["notes.txt", "mr-0-1"], async (path, output) => {
    assert.equal(await output.begin(false, begun), "begun");
    assert.deepEqual(namesIn(path), ["mr-0-1", "notes.txt"]);
  }));

for (const name of ["mr-out-0", "_SUCCESS", "_SKIPPED"]) {
  Deno.test(`a folder with ${name} is refused, and cleared with force`, () =>
    withFolder([name, "notes.txt"], async (path, output) => {
      await assert.rejects(output.begin(false, begun), /holds results already: .*--out.*--force/);
      assert.deepEqual(namesIn(path), [name, "notes.txt"].sort());
      assert.equal(await output.begin(true, begun), "begun");
      assert.deepEqual(namesIn(path), ["notes.txt"]);
    }));
}

Deno.test("a folder with a journal is gone on with, with or without force", () =>
  withFolder(["mr-journal-1", "mr-out-0"], async (path, output) => {
    for (const force of [false, true]) assert.equal(await output.begin(force, begun), "begun");
    assert.deepEqual(namesIn(path), ["mr-journal-1", "mr-out-0"]);
  }));

Deno.test("a folder with the journal of another job is refused, and cleared with force", () =>
  withFolder(["mr-journal-1", "mr-out-0"], async (path, output) => {
    let calls = 0;
    const mismatch = () =>
      calls++ % 2 === 0 ? Promise.reject(new JournalMismatchError("It is another job")) : begun();
    await assert.rejects(output.begin(false, mismatch), /It is another job; --force begins anew/);
    calls = 0;
    assert.equal(await output.begin(true, mismatch), "begun");
    assert.deepEqual(namesIn(path), []);
  }));

Deno.test("an error that is none of the journal's is not hidden", () =>
  withFolder(["mr-journal-1"], async (_, output) => {
    const broken = () => Promise.reject(new Error("The disk is broken"));
    await assert.rejects(output.begin(true, broken), /The disk is broken/);
  }));

Deno.test("what attempts have left goes, and the journal unless there is something to go on with", () =>
  withFolder(["mr-journal-1", "mr-part-0-1-w", "notes.txt"], async (path, output) => {
    assert.equal(await output.tidy(true), true);
    assert.deepEqual(namesIn(path), ["mr-journal-1", "mr-part-0-1-w", "notes.txt"]);
    Deno.writeTextFileSync(`${path}/mr-out-3`, "");
    assert.equal(await output.tidy(false), true);
    assert.deepEqual(namesIn(path), ["mr-journal-1", "mr-out-3", "notes.txt"]);
    Deno.removeSync(`${path}/mr-out-3`);
    assert.equal(await output.tidy(false), false);
    assert.deepEqual(namesIn(path), ["notes.txt"]);
  }));
