import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { systemTemporaryFolder, TemporaryFolder } from "./temporary_folder.ts";

Deno.test("a temporary folder goes with all that is in it", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  assert.equal(dirname(folder.path), systemTemporaryFolder());
  Deno.mkdirSync(folder.file("a"));
  Deno.writeTextFileSync(folder.file("a/b"), "text");
  await folder.remove();
  assert.equal(existsSync(folder.path), false);
  await folder.remove();
});

Deno.test("a temporary folder that is kept stays", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  folder.keep();
  await folder.remove();
  folder.removeNow();
  assert.equal(existsSync(folder.path), true);
  Deno.removeSync(folder.path);
});

Deno.test("a temporary folder goes when the process ends, whatever way it ends", async () => {
  const source = fileURLToPath(new URL("./temporary_folder.ts", import.meta.url));
  const code = `
    import { TemporaryFolder } from ${JSON.stringify(`file://${source}`)};
    const folder = new TemporaryFolder("dist824-test-");
    console.log(folder.path);
    Deno.exit(3);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  const path = new TextDecoder().decode(stdout).trim();
  assert.match(path, /dist824-test-/);
  assert.equal(existsSync(path), false);
});
