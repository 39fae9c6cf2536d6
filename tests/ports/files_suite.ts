/** What every {@linkcode Files} must do while nothing disturbs it. */

import assert from "node:assert/strict";
import type { Files } from "../../core/base/ports.ts";

/** An empty world of files. */
export interface FilesWorld {
  readonly files: Files;
  /** The absolute path of the folder that relative paths are below. */
  readonly root: string;
}

/** Runs a test's body in a fresh world, and with whatever makes that world go. */
export type WithFiles = (body: (world: FilesWorld) => Promise<void>) => Promise<void>;

/** Registers the tests of files called `name`. */
export function filesSuite(name: string, withFiles: WithFiles): void {
  const test = (behaviour: string, body: (files: Files, root: string) => Promise<void>) =>
    Deno.test(`${name}: ${behaviour}`, () => withFiles((world) => body(world.files, world.root)));

  test("a file has what was written, in order, and its size", async (files) => {
    const writer = await files.create("a");
    await writer.write(text("one "));
    await writer.write(text(""));
    await writer.write(text("two"));
    await writer.close(false);
    assert.equal(await files.size("a"), 7);
    assert.equal(await contentOf(files, "a"), "one two");
  });

  test("any part of a file can be read, and nothing behind its end", async (files) => {
    await put(files, "a", "0123456789");
    assert.equal(string(await files.read("a", 3, 4)), "3456");
    assert.equal(string(await files.read("a", 8, 4)), "89");
    assert.equal(string(await files.read("a", 10, 4)), "");
    assert.equal(string(await files.read("a", 99, 4)), "");
    assert.equal(string(await files.read("a", 0, 0)), "");
    assert.equal(string(await files.read("a", 0, 2 ** 40)), "0123456789");
  });

  test("a file of some megabytes comes back as it was", async (files) => {
    const bytes = new Uint8Array(3_000_000).map((_, i) => i * 31 + (i >> 8));
    const writer = await files.create("large");
    for (let i = 0; i < bytes.length; i += 700_000) {
      await writer.write(bytes.subarray(i, i + 700_000));
    }
    await writer.close(true);
    const read = await files.read("large", 1, 2_999_998);
    assert.ok(read.length === 2_999_998 && read.every((byte, i) => byte === bytes[i + 1]));
  });

  test("an empty file is a file", async (files) => {
    await put(files, "empty", "");
    assert.equal(await files.size("empty"), 0);
    assert.deepEqual(await files.list("."), ["empty"]);
  });

  test("what is not there has no size, and a folder has none", async (files) => {
    await put(files, "folder/a", "1");
    assert.equal(await files.size("b"), undefined);
    assert.equal(await files.size("no/such/b"), undefined);
    assert.equal(await files.size("folder/a/b"), undefined);
    assert.equal(await files.size("folder"), undefined);
  });

  test("written bytes may be changed once the promise has resolved", async (files) => {
    const bytes = text("before");
    const writer = await files.create("a");
    await writer.write(bytes);
    bytes.fill(0);
    await writer.close(false);
    const read = await files.read("a", 0, 10);
    assert.equal(string(read), "before");
    read.fill(0);
    assert.equal(await contentOf(files, "a"), "before");
  });

  test("a new file takes the place of one of that name", async (files) => {
    await put(files, "a", "a long content");
    await put(files, "a", "short");
    assert.equal(await contentOf(files, "a"), "short");
  });

  test("a writer whose file was replaced does not write into the new one", async (files) => {
    const old = await files.create("a");
    await old.write(text("old "));
    const fresh = await files.create("a");
    await fresh.write(text("new"));
    await old.write(text("old"));
    await old.close(false);
    await fresh.close(false);
    assert.equal(await contentOf(files, "a"), "new");
  });

  test("a durable file can be closed again, and is the same", async (files) => {
    const writer = await files.create("some/folder/a");
    await writer.write(text("kept"));
    await writer.close(true);
    await writer.close(true);
    await assert.rejects(writer.write(text("more")), /"some\/folder\/a"/);
    assert.equal(await contentOf(files, "some/folder/a"), "kept");
  });

  test(
    "relative paths are below the root, and dots and slashes do not matter",
    async (files, root) => {
      await put(files, "x/a", "1");
      assert.equal(await contentOf(files, `${root}/x/a`), "1");
      assert.equal(await contentOf(files, "./x//b/../a"), "1");
      await put(files, `${root}/x/b`, "2");
      assert.equal(await contentOf(files, "x/b"), "2");
      assert.deepEqual(await files.list(root), ["x"]);
      assert.deepEqual(await files.list("x/"), ["a", "b"]);
    },
  );

  test("a file can be renamed, into another folder and over another file", async (files) => {
    await put(files, "a", "new");
    await put(files, "x/b", "old");
    await files.rename("a", "x/b");
    assert.equal(await contentOf(files, "x/b"), "new");
    assert.equal(await files.size("a"), undefined);
    await files.rename("x/b", "y/z/c");
    assert.equal(await contentOf(files, "y/z/c"), "new");
    assert.deepEqual(await files.list("x"), []);
  });

  test("removing takes a file, or a folder with all below it, or nothing", async (files) => {
    for (const path of ["a", "x/b", "x/y/c", "xy/d"]) await put(files, path, path);
    await files.remove("a");
    await files.remove("x");
    await files.remove("x");
    await files.remove("never/was");
    assert.deepEqual(await files.list("."), ["xy"]);
    assert.deepEqual(await files.list("x"), []);
    assert.equal(await files.size("x/y/c"), undefined);
    assert.equal(await contentOf(files, "xy/d"), "xy/d");
  });

  test("a list has the names in a folder, sorted, files and folders alike", async (files) => {
    for (const path of ["f/b", "f/B", "f/a10", "f/a9", "f/é/x", "f/sub/x"]) {
      await put(files, path, "");
    }
    assert.deepEqual(await files.list("f"), ["B", "a10", "a9", "b", "sub", "é"]);
    await files.remove("f/sub/x");
    assert.deepEqual(await files.list("f/sub"), []);
    assert.ok((await files.list("f")).includes("sub"));
    assert.deepEqual(await files.list("none"), []);
  });

  test("what cannot be done rejects with an error that names the path", async (files) => {
    await put(files, "file", "");
    await put(files, "folder/x", "");
    await assert.rejects(files.read("no such", 0, 1), /"no such"/);
    await assert.rejects(files.read("folder", 0, 1), /"folder"/);
    await assert.rejects(files.rename("no such", "b"), /"no such"/);
    await assert.rejects(files.rename("file", "folder"), /"file"/);
    await assert.rejects(files.rename("folder", "b"), /"folder"/);
    await assert.rejects(files.create("file/below"), /"file\/below"/);
    await assert.rejects(files.create("folder"), /"folder"/);
    await put(files, "empty/x", "");
    await files.remove("empty/x");
    await assert.rejects(files.create("empty"), /"empty"/);
    await assert.rejects(files.rename("file", "empty"), /"file"/);
    await assert.rejects(files.list("file"), /"file"/);
    assert.equal(await contentOf(files, "file"), "");
    assert.deepEqual(await files.list("folder"), ["x"]);
  });

  test("files are written and read side by side", async (files) => {
    const names = Array.from({ length: 20 }, (_, i) => `many/${i}`);
    await Promise.all(names.map((each) => put(files, each, each.repeat(1000))));
    const contents = await Promise.all(names.map((each) => contentOf(files, each)));
    assert.deepEqual(contents, names.map((each) => each.repeat(1000)));
  });
}

async function put(files: Files, path: string, content: string): Promise<void> {
  const writer = await files.create(path);
  await writer.write(text(content));
  await writer.close(false);
}

async function contentOf(files: Files, path: string): Promise<string> {
  return string(await files.read(path, 0, await files.size(path) ?? 0));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function string(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
