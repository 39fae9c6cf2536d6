import assert from "node:assert/strict";
import { selfCommand } from "./self_command.ts";

const WORDS = ["plain", "", "two words", "ünï→", "$HOME `x` \"y\" 'z'", "--version"];

async function output(command: string, args: readonly string[], cwd = "/"): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args], cwd }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("selfCommand() runs main.ts from source, with the arguments as they are", async () => {
  const { command, args } = selfCommand(["__echo", "--", ...WORDS]);
  const said = JSON.parse(await output(command, args));
  assert.deepEqual(said.words, WORDS);
  assert.equal(said.cwd, "/");
});

Deno.test("selfCommand() works in a child as it does in the parent", async () => {
  const { command, args } = selfCommand(["__echo", "--via-self", "--", ...WORDS]);
  assert.deepEqual(JSON.parse(await output(command, args)).words, WORDS);
});

Deno.test("selfCommand() gives the child no more permissions than the parent has", async () => {
  const code = `
    import { selfCommand } from ${JSON.stringify(import.meta.resolve("./self_command.ts"))};
    console.log(selfCommand([]).args.filter((arg) => arg.startsWith("--allow")).join(" "));`;
  const flags = ["--no-prompt", "--allow-read", "--allow-env", "--allow-run"];
  const said = await output(Deno.execPath(), [
    "run",
    ...flags,
    `data:application/typescript,${encodeURIComponent(code)}`,
  ]);
  assert.equal(said, "--allow-read --allow-run --allow-env\n");
});
