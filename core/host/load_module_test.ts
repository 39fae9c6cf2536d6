import assert from "node:assert/strict";
import { join } from "node:path";
import { loadModule, ModuleError } from "./load_module.ts";

async function withFile(text: string, check: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dist824 ünï-" });
  const file = join(folder, "app.ts");
  await Deno.writeTextFile(file, text);
  await check(file);
  await Deno.remove(folder, { recursive: true });
}

async function failure(file: string): Promise<string> {
  const error = await loadModule(file).then(() => undefined, (error) => error);
  assert.ok(error instanceof ModuleError, String(error));
  assert.ok(!error.message.includes("\n"));
  return error.message;
}

Deno.test("loadModule() loads TypeScript, and names its content", async () => {
  let first = "";
  const text = "export const twice = (n: number): number => 2 * n;\n";
  await withFile(text, async (file) => {
    const { exports, path, fingerprint } = await loadModule(file);
    assert.equal((exports.twice as (n: number) => number)(21), 42);
    assert.equal(path, file);
    first = fingerprint;
  });
  assert.match(first, /^[0-9a-f]{16}$/);
  await withFile(`${text}\n`, async (file) => {
    assert.notEqual((await loadModule(file)).fingerprint, first);
  });
});

Deno.test("loadModule() says what is missing or broken, and where", async () => {
  assert.match(
    await failure("no/such/app.ts"),
    /^cannot load no\/such\/app.ts: there is no such file$/,
  );
  await withFile("export const a = 1;\nexport const b = (x: string => 3;\n", async (file) => {
    assert.match(await failure(file), /SyntaxError: .*app\.ts:2:\d+\)$/);
  });
  await withFile("import { a } from './other.ts';\nexport const b = a;\n", async (file) => {
    assert.match(await failure(file), /Module not found .*other\.ts/);
  });
  await withFile("null.x;\n", async (file) => {
    assert.match(await failure(file), /Cannot read properties of null.*app\.ts:1:6\)$/);
  });
  await withFile("throw 'text';\n", async (file) => {
    assert.match(await failure(file), /: text$/);
  });
});
