import assert from "node:assert/strict";
import { defineCommand, defineGroup, EXIT, Option } from "./command.ts";
import { FailedError, UsageError } from "./errors.ts";
import { memoryEnv, type MemoryEnvOptions } from "./memory_env.ts";
import { type Program, runProgram } from "./run.ts";
import { integer, oneOf } from "./values.ts";

const ESCAPE = "\x1b";

const PROGRAM: Program = {
  name: "demo",
  summary: "A program for tests",
  version: () => "demo 1.2.3",
  examples: [{ line: "demo show --runs 3 x", does: "show x three times" }],
  commands: [
    defineCommand({
      name: "show",
      summary: "Show what was parsed",
      examples: [{ line: "demo show --runs 3 x", does: "show x three times" }],
      configure: (command) =>
        command
          .argument("<word>", "what to show")
          .addOption(
            new Option("--runs <n>", "how often").argParser(integer({ min: 1 })).default(1),
          )
          .addOption(new Option("--form <form>", "which form").argParser(oneOf(["plain", "loud"]))),
      run({ args: [word], options }, env) {
        env.stdout.write(`${JSON.stringify({ word, ...options })}\n`);
        return Promise.resolve(EXIT.good);
      },
    }),
    defineGroup({
      name: "box",
      summary: "Work on boxes",
      description: "Work on boxes of any size",
      examples: [{ line: "demo box open red", does: "open the red one" }],
      commands: [
        defineCommand({
          name: "open",
          summary: "Open a box",
          examples: [{ line: "demo box open red", does: "open the red one" }],
          configure: (command) => command.argument("<color>").option("--wide"),
          run({ args: [color], options }, env) {
            env.stdout.write(`${color} ${options.wide ?? false}\n`);
            return Promise.resolve(EXIT.good);
          },
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
              configure: (command) => command,
              run() {
                throw new FailedError("the lid is lost");
              },
            }),
          ],
        }),
      ],
    }),
    defineCommand({
      name: "end",
      summary: "End in some way",
      hidden: true,
      examples: [],
      configure: (command) => command.argument("<how>"),
      async run({ args: [how] }, env) {
        if (how === "usage") {
          throw new UsageError("--a needs --b", { didYouMean: "--c" });
        }
        if (how === "failed") throw new FailedError("the disk is full");
        if (how === "bug") throw new TypeError("x is not a function");
        if (how === "interrupted") {
          await new Promise((resolve) => env.interrupted.addEventListener("abort", resolve));
          env.interrupted.throwIfAborted();
        }
        return EXIT.unknown;
      },
    }),
  ],
};

async function runDemo(argv: readonly string[], options: MemoryEnvOptions = {}) {
  const env = memoryEnv(options);
  const code = await runProgram(PROGRAM, argv, env);
  return { code, out: env.out(), err: env.err() };
}

Deno.test("runProgram() passes arguments and options with their types", async () => {
  assert.deepEqual(await runDemo(["show", "--runs", "3", "x"]), {
    code: 0,
    out: '{"word":"x","runs":3}\n',
    err: "",
  });
  assert.equal(
    (await runDemo(["show", "--form=LOUD", "-"])).out,
    '{"word":"-","runs":1,"form":"loud"}\n',
  );
});

Deno.test("runProgram() takes everything behind -- as it is", async () => {
  assert.equal((await runDemo(["show", "--", "--version"])).out, '{"word":"--version","runs":1}\n');
  assert.equal((await runDemo(["show", ""])).out, '{"word":"","runs":1}\n');
});

Deno.test("runProgram() answers a wrong command line with one line and code 2", async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["shwo"], "demo: unknown command 'shwo' (did you mean show?)"],
    [["zzz"], "demo: unknown command 'zzz'"],
    [["--verison"], "demo: unknown option '--verison' (did you mean --version?)"],
    [["show", "x", "--rusn", "1"], "demo show: unknown option '--rusn' (did you mean --runs?)"],
    [["show"], "demo show: missing required argument 'word'"],
    [
      ["show", "x", "y"],
      "demo show: too many arguments for 'show'. Expected 1 argument but got 2: x, y.",
    ],
    [["show", "x", "--runs"], "demo show: option '--runs <n>' argument missing"],
    [
      ["show", "x", "--runs", "0"],
      "demo show: option '--runs <n>' argument '0' is invalid. Expected an integer of at least 1",
    ],
    [
      ["show", "x", "--form", "plian"],
      "demo show: option '--form <form>' argument 'plian' is invalid. Expected one of plain, loud (did you mean plain?)",
    ],
    [["help", "shwo"], "demo: unknown command 'shwo' (did you mean show?)"],
    [["end", "usage"], "demo end: --a needs --b (did you mean --c?)"],
  ];
  for (const [argv, line] of cases) {
    assert.deepEqual(await runDemo(argv), { code: 2, out: "", err: `${line}\n` });
  }
});

Deno.test("runProgram() shows help on standard output, with the examples, without hidden commands", async () => {
  const { code, out, err } = await runDemo([]);
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  assert.match(out, /^Usage: demo COMMAND \[options\]\n/);
  assert.match(out, /show +Show what was parsed/);
  assert.ok(out.includes("Examples:\n  demo show --runs 3 x\n      show x three times\n"), out);
  assert.ok(!out.includes("End in some way") && !out.includes(ESCAPE), out);
  assert.equal((await runDemo(["--help"])).out, out);
  assert.equal((await runDemo(["help"])).out, out);
});

Deno.test("runProgram() shows a command's own help in three ways", async () => {
  const { out } = await runDemo(["show", "--help"]);
  assert.match(out, /^Usage: demo show \[options\] <word>\n\nShow what was parsed\n/);
  assert.match(out, /--runs <n> +how often \(default: 1\)/);
  assert.match(out, /Examples:/);
  assert.equal((await runDemo(["show", "-h"])).out, out);
  assert.equal((await runDemo(["help", "show"])).out, out);
});

Deno.test("runProgram() wraps help to the terminal's width, up to 100 columns", async () => {
  for (const [columns, widest] of [[66, 66], [300, 100]] as const) {
    const { out } = await runDemo([], { columns });
    const plain = out.slice(0, out.indexOf("Examples:"));
    assert.ok(plain.split("\n").every((line) => line.length <= widest), plain);
  }
});

Deno.test("runProgram() colours only where colours are wanted", async () => {
  const { out } = await runDemo(["--help"], { terminal: true });
  assert.ok(out.startsWith(`${ESCAPE}[1mUsage:${ESCAPE}[22m`), out);
  const { err } = await runDemo(["zzz"], { terminal: true });
  assert.ok(err.startsWith(`${ESCAPE}[31mdemo:${ESCAPE}[39m `), err);
});

Deno.test("runProgram() prints the version, wherever the option stands", async () => {
  assert.deepEqual(await runDemo(["--version"]), { code: 0, out: "demo 1.2.3\n", err: "" });
  assert.equal((await runDemo(["-V"])).out, "demo 1.2.3\n");
});

Deno.test("runProgram() gives each way of ending its code", async () => {
  assert.deepEqual(await runDemo(["end", "failed"]), {
    code: 1,
    out: "",
    err: "demo end: the disk is full\n",
  });
  assert.equal((await runDemo(["end", "other"])).code, 3);
  const bug = await runDemo(["end", "bug"]);
  assert.equal(bug.code, 1);
  assert.match(bug.err, /^demo end: unexpected error: TypeError: x is not a function\n +at /);
});

Deno.test("runProgram() ends with 130 and in silence when it is interrupted", async () => {
  const env = memoryEnv();
  const code = runProgram(PROGRAM, ["end", "interrupted"], env);
  env.interrupt();
  assert.equal(await code, 130);
  assert.equal(env.out() + env.err(), "");
});

Deno.test("runProgram() runs the commands of a group, and of a group in a group", async () => {
  assert.deepEqual(await runDemo(["box", "open", "red", "--wide"]), {
    code: 0,
    out: "red true\n",
    err: "",
  });
  assert.deepEqual(await runDemo(["box", "lid", "shut"]), {
    code: 1,
    out: "",
    err: "demo box lid shut: the lid is lost\n",
  });
});

Deno.test("runProgram() shows a group's help with its commands and examples, in five ways", async () => {
  const { code, out, err } = await runDemo(["box"]);
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  assert.match(out, /^Usage: demo box COMMAND \[options\]\n\nWork on boxes of any size\n/);
  assert.match(out, /Commands:\n +open +Open a box\n +lid +Work on lids\n/);
  assert.ok(out.endsWith("Examples:\n  demo box open red\n      open the red one\n\n"), out);
  for (const argv of [["box", "--help"], ["box", "-h"], ["help", "box"], ["box", "help"]]) {
    assert.deepEqual(await runDemo(argv), { code: 0, out, err: "" });
  }
});

Deno.test("runProgram() shows the help of a command in a group in four ways", async () => {
  const { code, out } = await runDemo(["box", "open", "--help"]);
  assert.equal(code, 0);
  assert.match(out, /^Usage: demo box open \[options\] <color>\n\nOpen a box\n/);
  for (const argv of [["box", "open", "-h"], ["help", "box", "open"], ["box", "help", "open"]]) {
    assert.deepEqual(await runDemo(argv), { code: 0, out, err: "" });
  }
});

Deno.test("runProgram() answers a wrong line in a group in the group's name", async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["bxo"], "demo: unknown command 'bxo' (did you mean box?)"],
    [["box", "opne"], "demo box: unknown command 'opne' (did you mean open?)"],
    [["box", "zzzz"], "demo box: unknown command 'zzzz'"],
    [["box", "--wide"], "demo box: unknown option '--wide'"],
    [["box", "open"], "demo box open: missing required argument 'color'"],
    [
      ["box", "open", "red", "--wied"],
      "demo box open: unknown option '--wied' (did you mean --wide?)",
    ],
    [["box", "lid", "shtu"], "demo box lid: unknown command 'shtu' (did you mean shut?)"],
    [["help", "box", "opne"], "demo: unknown command 'box opne' (did you mean box open?)"],
    [["help", "show", "x"], "demo: unknown command 'show x'"],
  ];
  for (const [argv, line] of cases) {
    assert.deepEqual(await runDemo(argv), { code: 2, out: "", err: `${line}\n` });
  }
});
