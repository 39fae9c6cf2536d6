import assert from "node:assert/strict";
import { type CommandDefinition, defineCommand, defineGroup, EXIT, Option } from "./command.ts";
import { bashScript } from "./completion_scripts/bash.ts";
import { fishScript } from "./completion_scripts/fish.ts";
import { commandWords } from "./completion_scripts/words.ts";
import { zshScript } from "./completion_scripts/zsh.ts";
import { run } from "./mod.ts";
import { memoryEnv } from "./memory_env.ts";
import { choiceArgument, choicesOption } from "./values.ts";

const COMMANDS: readonly CommandDefinition[] = [
  defineCommand({
    name: "test",
    summary: "Run the labs' tests",
    examples: [],
    configure: (command) =>
      command
        .addOption(choicesOption("--lab <lab...>", "which [labs]", ["2A", "2B", "3A"]))
        .addOption(new Option("-n, --runs <n>", "how often"))
        .addOption(new Option("--json <file>", "where to write"))
        .addOption(new Option("--fail-fast", "stop early")),
    run: () => Promise.resolve(EXIT.good),
  }),
  defineCommand({
    name: "tell",
    summary: "Tell a file",
    examples: [],
    configure: (command) =>
      command.addArgument(choiceArgument("<how>", "how", ["softly", "loudly"]))
        .argument("<file...>", "what"),
    run: () => Promise.resolve(EXIT.good),
  }),
  defineGroup({
    name: "box",
    summary: "Work on boxes",
    examples: [],
    commands: [
      defineCommand({
        name: "open",
        summary: "Open a box",
        examples: [],
        configure: (command) =>
          command
            .addOption(choicesOption("--with <tool...>", "which tool", ["key", "knife"]))
            .addArgument(choiceArgument("<color>", "which box", ["red", "blue"])),
        run: () => Promise.resolve(EXIT.good),
      }),
      defineGroup({
        name: "lid",
        summary: "Work on lids",
        examples: [],
        commands: [
          defineCommand({
            name: "shut",
            summary: "Shut a lid",
            examples: [],
            configure: (command) => command.argument("<file>", "what"),
            run: () => Promise.resolve(EXIT.good),
          }),
        ],
      }),
    ],
  }),
  defineCommand({
    name: "secret",
    summary: "Not to be seen",
    hidden: true,
    examples: [],
    configure: (command) => command,
    run: () => Promise.resolve(EXIT.good),
  }),
];

const WORDS = commandWords(COMMANDS);

/** What bash offers when the last of `words` is being typed. */
async function complete(...words: readonly string[]): Promise<string[]> {
  const script = `${bashScript("demo", WORDS)}
    COMP_WORDS=(demo "$@"); COMP_CWORD=$#
    _demo
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["--norc", "-c", script, "bash", ...words],
    cwd: import.meta.dirname!,
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
}

Deno.test("the bash script completes commands", async () => {
  assert.deepEqual(await complete(""), ["test", "tell", "box", "help"]);
  assert.deepEqual(await complete("te"), ["test", "tell"]);
  assert.deepEqual(await complete("se"), []);
  assert.deepEqual(await complete("--"), ["--version", "--help"]);
  assert.deepEqual(await complete("help", ""), ["test", "tell", "box"]);
  assert.deepEqual(await complete("tset", ""), []);
});

Deno.test("the bash script completes options and their values", async () => {
  assert.deepEqual(await complete("test", "--"), [
    "--lab",
    "--runs",
    "--json",
    "--fail-fast",
    "--help",
  ]);
  assert.deepEqual(await complete("test", "--lab", "2"), ["2A", "2B"]);
  assert.deepEqual(await complete("test", "--lab", "2A", ""), ["2A", "2B", "3A"]);
  assert.deepEqual(await complete("test", "--lab", "="), ["2A", "2B", "3A"]);
  assert.deepEqual(await complete("test", "--lab", "=", "3"), ["3A"]);
  assert.deepEqual(await complete("test", "--runs", ""), []);
  assert.deepEqual(await complete("test", "--json", "completions_"), [
    "completions_test.ts",
  ]);
});

Deno.test("the bash script completes arguments by their position", async () => {
  assert.deepEqual(await complete("tell", ""), ["softly", "loudly"]);
  assert.deepEqual(await complete("tell", "softly", "sugg"), ["suggest.ts"]);
  assert.deepEqual(await complete("tell", "softly", "x", "sugg"), ["suggest.ts"]);
  assert.deepEqual(await complete("test", "-n", "3", "--fail-fast", ""), []);
});

Deno.test("the bash script completes in groups", async () => {
  assert.deepEqual(await complete("box", ""), ["open", "lid", "help"]);
  assert.deepEqual(await complete("box", "l"), ["lid"]);
  assert.deepEqual(await complete("box", "--"), ["--help"]);
  assert.deepEqual(await complete("help", "box", ""), ["open", "lid"]);
  assert.deepEqual(await complete("box", "open", ""), ["red", "blue"]);
  assert.deepEqual(await complete("box", "open", "--"), ["--with", "--help"]);
  assert.deepEqual(await complete("box", "open", "--with", "k"), ["key", "knife"]);
  assert.deepEqual(await complete("box", "lid", ""), ["shut", "help"]);
  assert.deepEqual(await complete("box", "lid", "shut", "sugg"), ["suggest.ts"]);
  assert.deepEqual(await complete("box", "opne", ""), []);
  assert.deepEqual(await complete("open", ""), []);
});

Deno.test("the zsh script describes commands, options and values", () => {
  const script = zshScript("demo", WORDS);
  for (
    const part of [
      "#compdef demo\n",
      "'test:Run the labs'\\'' tests'\n",
      "'*--lab=[which \\[labs\\]]:lab:(2A 2B 3A)'",
      "'*--json=[where to write]:file:_files'",
      "'--fail-fast[stop early]'",
      "'1:how:(softly loudly)' '*:file:_files'",
      "    box) _demo_box ;;\n",
      "_demo_box() {\n",
      "    'open:Open a box'\n    'lid:Work on lids'\n    'help:",
      "    open) _arguments -s '*--with=[which tool]:tool:(key knife)' '--help[",
      "    lid) _demo_box_lid ;;\n",
      "_demo_box_lid() {\n",
    ]
  ) assert.ok(script.includes(part), `${part} in\n${script}`);
  assert.ok(!script.includes("secret"));
});

Deno.test("the fish script has a line for each thing", () => {
  const lines = fishScript("demo", WORDS).split("\n");
  const inTest = "complete -c demo -n '__fish_seen_subcommand_from test'";
  const inBox = "complete -c demo -n '__fish_seen_subcommand_from box";
  for (
    const line of [
      "complete -c demo -n 'not __fish_seen_subcommand_from test tell box help' -a test -d 'Run the labs\\' tests'",
      `${inTest} -l lab -r -f -a '2A 2B 3A' -d 'which [labs]'`,
      `${inTest} -l runs -s n -r -f -d 'how often'`,
      `${inTest} -l json -r -F -d 'where to write'`,
      `${inBox}; and not __fish_seen_subcommand_from open lid' -a lid -d 'Work on lids'`,
      `${inBox}; and __fish_seen_subcommand_from open' -l with -r -f -a 'key knife' -d 'which tool'`,
      `${inBox}; and __fish_seen_subcommand_from lid; and __fish_seen_subcommand_from shut' -F`,
    ]
  ) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
});

Deno.test("dist824 completions prints the script of the shell that was asked for", async () => {
  for (const [shell, part] of [["bash", "complete -F"], ["ZSH", "#compdef"], ["fish", "-f"]]) {
    const env = memoryEnv();
    assert.equal(await run(["completions", shell!], env), EXIT.good);
    assert.ok(env.out().includes(part!));
  }
});
