import assert from "node:assert/strict";
import { join } from "node:path";
import { FailedError, UsageError } from "../errors.ts";
import { checkWritableFile, makeWritableFolder, writeWholeFile, writeWholeText } from "./files.ts";

async function inFolder(body: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("writeWholeFile() writes all parts, replaces, and leaves nothing beside", () =>
  inFolder((folder) => {
    const path = join(folder, "a.json");
    writeWholeText(path, "old");
    writeWholeFile(path, [new TextEncoder().encode("new "), new TextEncoder().encode("text")]);
    assert.equal(Deno.readTextFileSync(path), "new text");
    assert.deepEqual(namesIn(folder), ["a.json"]);
  }));

Deno.test("writeWholeFile() that fails says so and leaves nothing", () =>
  inFolder((folder) => {
    Deno.mkdirSync(join(folder, "taken", "full"), { recursive: true });
    assert.throws(() => writeWholeText(join(folder, "taken"), "x"), FailedError);
    assert.throws(() => writeWholeText(join(folder, "none", "x"), "x"), FailedError);
    assert.deepEqual(namesIn(folder), ["taken"]);
  }));

Deno.test("writeWholeFile() writes to a device where it is", () => {
  checkWritableFile("--json", "/dev/null");
  writeWholeText("/dev/null", "x");
  assert.ok(Deno.statSync("/dev/null").isCharDevice);
});

Deno.test("checkWritableFile() accepts new and old files and touches neither", () =>
  inFolder((folder) => {
    checkWritableFile("--json", join(folder, "new.json"));
    Deno.writeTextFileSync(join(folder, "old.json"), "old");
    checkWritableFile("--json", join(folder, "old.json"));
    assert.deepEqual(namesIn(folder), ["old.json"]);
    assert.equal(Deno.readTextFileSync(join(folder, "old.json")), "old");
  }));

Deno.test("checkWritableFile() refuses what cannot become a file, in one line", () =>
  inFolder((folder) => {
    const refused = (path: string, reason: RegExp) =>
      assert.throws(() => checkWritableFile("--json", path), (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^--json: cannot write '[^']*': [^\n]+$/);
        assert.match(error.message, reason);
        return true;
      });
    Deno.writeTextFileSync(join(folder, "file"), "");
    refused("", /not the name of a file/);
    refused(folder, /not the name of a file/);
    refused(join(folder, "none", "a.json"), /no such folder/);
    refused(join(folder, "file", "a.json"), /Not a directory/);
  }));

Deno.test("makeWritableFolder() makes what is missing, and refuses what is a file", () =>
  inFolder((folder) => {
    makeWritableFolder("--trace", join(folder, "a", "b"));
    makeWritableFolder("--trace", join(folder, "a"));
    assert.deepEqual(namesIn(join(folder, "a", "b")), []);
    Deno.writeTextFileSync(join(folder, "file"), "");
    assert.throws(() => makeWritableFolder("--trace", join(folder, "file")), UsageError);
    assert.throws(() => makeWritableFolder("--trace", join(folder, "file", "c")), UsageError);
  }));
