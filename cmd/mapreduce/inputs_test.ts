import assert from "node:assert/strict";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { FailedError } from "../errors.ts";
import { findInputs } from "./inputs.ts";

async function withFolder(check: (folder: TemporaryFolder) => void): Promise<void> {
  const folder = new TemporaryFolder("dist824-test-");
  for (const [name, text] of [["b", "22"], ["a", ""], [".hidden", "x"]] as const) {
    Deno.writeTextFileSync(folder.file(name), text);
  }
  Deno.mkdirSync(folder.file("deeper"));
  Deno.writeTextFileSync(folder.file("deeper/c"), "333");
  check(folder);
  await folder.remove();
}

function sizes(names: readonly string[]): [string, number][] {
  return findInputs(names).map(({ file, size }) => [file, size]);
}

Deno.test("findInputs() keeps files in their order and under their names", () =>
  withFolder((folder) => {
    const [a, b] = [folder.file("a"), folder.file("b")];
    assert.deepEqual(sizes([b, a, b]), [[b, 2], [a, 0], [b, 2]]);
    assert.match(findInputs([b])[0]!.version!, /^\d+$/);
  }));

Deno.test("findInputs() takes a folder for the files in it, sorted, without hidden and deeper ones", () =>
  withFolder((folder) => {
    assert.deepEqual(sizes([folder.path]), [[folder.file("a"), 0], [folder.file("b"), 2]]);
    assert.deepEqual(sizes([`${folder.path}/`]).length, 2);
  }));

Deno.test("findInputs() finds what is wrong before a job begins", () =>
  withFolder((folder) => {
    const none = folder.file("none");
    const fails = (names: string[], message: RegExp) =>
      assert.throws(() => findInputs(names), (error) => {
        assert.ok(error instanceof FailedError);
        assert.match(error.message, message);
        return true;
      });
    fails([none], /^there is no input file .*none$/);
    fails([none, folder.file("a"), none, none], /, and 2 more such problems$/);
    fails(["/dev/null"], /^\/dev\/null is not a file/);
    Deno.mkdirSync(folder.file("empty"));
    fails([folder.file("empty")], /^there are no files in .*empty$/);
  }));
