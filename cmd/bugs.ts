/** `dist824 bugs`: shows that the tests find what they are there to find. */

import { type Mistake, MISTAKES } from "../tests/bugs/mod.ts";
import { factsIn, propertyIn, ruleIn } from "../tests/labs/rules.ts";
import { type Catch, huntAll, type HuntResult, medianSeeds } from "./bugs/hunt.ts";
import { Argument, type CommandEnv, defineCommand, EXIT, Option } from "./command.ts";
import { jobsOption, jsonOption, seedOption } from "./options.ts";
import { checkWritableFile, writeWholeText } from "./test_runner/files.ts";
import { tableText } from "./test_runner/table.ts";
import { eachOf, integer, oneOf } from "./values.ts";

const SILENCE_MS_MAX = 120_000;
const NAMES = MISTAKES.map(({ name }) => name);

/** Hunts for planted mistakes, or lists them. */
export const bugsCommand = defineCommand({
  name: "bugs",
  summary: "Plant classic mistakes in the servers, and show which test notices each",
  description: [
    "Plant classic mistakes in the servers, one after the other, and run the labs until a test notices. " +
    "A green run means something only if a wrong implementation turns red.",
    "Exit code: 0 if every mistake was noticed in every hunt, and always by the rule that it breaks; 1 if not.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 bugs", does: "the whole matrix" },
    { line: "dist824 bugs --list", does: "what the mistakes are, and which rule each breaks" },
    { line: "dist824 bugs votes-twice --hunts 5", does: "how soon one of them is noticed" },
    { line: "dist824 test --lab 2A --bug votes-twice", does: "run a lab with it" },
  ],
  configure: (command) =>
    command
      .addArgument(
        new Argument("[names...]", "mistakes (default: all)").argParser(eachOf(oneOf(NAMES))),
      )
      .option("--list", "show the mistakes instead of hunting them")
      .addOption(
        new Option("--hunts <n>", "how often each is hunted, from seeds far apart")
          .argParser(integer({ min: 1 })).default(3),
      )
      .addOption(
        new Option("--seeds-max <n>", "iterations of a lab after which a hunt gives up")
          .argParser(integer({ min: 1 })).default(100),
      )
      .addOption(seedOption())
      .addOption(jobsOption())
      .addOption(jsonOption()),
  async run({ args: [names = []], options }, env) {
    const chosen = (names as readonly string[]).length === 0
      ? MISTAKES
      : MISTAKES.filter(({ name }) => (names as readonly string[]).includes(name));
    if (options.list) {
      env.stdout.write(listText(chosen));
      return EXIT.good;
    }
    const { json, hunts, seedsMax, seed = 1n, jobs = navigator.hardwareConcurrency } = options;
    if (json !== undefined && json !== "-") checkWritableFile("--json", json);
    const huntOptions = { hunts, seedsMax, seed, jobs, silenceMsMax: SILENCE_MS_MAX };
    const output = json === "-" ? env.stderr : env.stdout;
    const results: HuntResult[] = [];
    for await (const result of huntAll(chosen, huntOptions, env)) {
      results.push(result);
      output.write(resultText(result));
    }
    output.write(totalText(results));
    if (json !== undefined) writeJson(json, results, env);
    const isGood = results.every((result) => isCaught(result) && withoutRule(result).length === 0);
    return isGood ? EXIT.good : EXIT.failed;
  },
});

function listText(mistakes: readonly Mistake[]): string {
  return mistakes.map(({ name, does, breaks, labs }) =>
    `${name}\n  ${does}\n  breaks: ${breaks}\n  hunted in: ${labs.join(", ")}\n`
  ).join("\n");
}

/** Two lines or more: how soon which test noticed, and what it said; where it did not, that. */
function resultText(result: HuntResult): string {
  const { mistake, catches, wallMs } = result;
  const first = catches.find((found) => found !== undefined);
  const found = catches.filter((found) => found !== undefined).length;
  const head = `${mistake.name}: noticed in ${found} of ${catches.length} hunts`;
  const time = `${(wallMs / 1000).toFixed(1)} s`;
  const errors = [
    ...result.errors.map((error) => `  broken: ${error}\n`),
    ...withoutRule(result).map((found) => `  names no rule: ${firstLine(found)}\n`),
  ].join("");
  if (first === undefined) return `${head}, ${time}\n${errors}`;
  const median = medianSeeds(result);
  const seeds = median === undefined ? "" : `, after ${median} ${median === 1 ? "seed" : "seeds"}`;
  return `${head}${seeds}, ${time}\n  ${first.test}, seed ${first.seed}: ${
    firstLine(first)
  }\n${errors}`;
}

function totalText(results: readonly HuntResult[]): string {
  const rows = results.map((result) => {
    const tests = new Set(result.catches.map((found) => found?.test ?? "nobody"));
    const said = new Set(result.catches.map((found) => found === undefined ? "" : nameOf(found)));
    return [
      result.mistake.name,
      String(medianSeeds(result) ?? "-"),
      (result.wallMs / result.catches.length / 1000).toFixed(1),
      [...tests].join(", "),
      [...said].join(", "),
    ];
  });
  const caught = results.filter(isCaught).length;
  const table = tableText(
    [["mistake", "seeds", "s", "noticed by", "what was broken"], ...rows],
    ["left", "right", "right", "left", "left"],
  );
  const unnamed = results.filter((result) => withoutRule(result).length > 0).length;
  return `\n${table}\n${caught} of ${results.length} mistakes are noticed in every hunt` +
    `${unnamed === 0 ? "" : `, ${unnamed} of them at times by no rule`}.\n`;
}

/** Reasons can be as long as the values in them. */
function firstLine({ reason }: Catch): string {
  const line = firstOf(reason);
  return line.length <= 400 ? line : `${line.slice(0, 399)}…`;
}

/** What a reason is about: the property that was broken, or how the test begins to complain. */
function nameOf({ reason }: Catch): string {
  const property = propertyIn(reason);
  if (property !== undefined) return property;
  const line = factsIn(reason);
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}

function firstOf(reason: string): string {
  return reason.split("\n")[0]!;
}

function isCaught({ catches }: HuntResult): boolean {
  return catches.every((found) => found !== undefined);
}

/** Where something was found to be wrong, but not which rule was broken. */
function withoutRule({ catches }: HuntResult): readonly Catch[] {
  return catches.filter((found) => found !== undefined)
    .filter(({ reason }) => ruleIn(reason) === undefined);
}

function writeJson(target: string, results: readonly HuntResult[], env: CommandEnv): void {
  const document = results.map((result) => {
    const { name, does, breaks } = result.mistake;
    const { catches, errors, wallMs } = result;
    return { name, does, breaks, catches, errors, medianSeeds: medianSeeds(result), wallMs };
  });
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  if (target === "-") env.stdout.write(text);
  else writeWholeText(target, text);
}
