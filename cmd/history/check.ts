/** `dist824 history check`: is a recorded history linearizable? */

import { STEPS_MAX, type Verdict } from "../../core/check/mod.ts";
import { defineCommand, EXIT, Option } from "../command.ts";
import { jsonOption } from "../options.ts";
import { checkWritableFile, writeWholeText } from "../test_runner/files.ts";
import { choiceOption, integer } from "../values.ts";
import { checkLines, MODEL_NAMES } from "./check_lines.ts";
import { readHistory } from "./read_history.ts";
import { reportHtml } from "./report_html.ts";
import { reportJson } from "./report_json.ts";
import { reportText } from "./report_text.ts";

const CODES: Readonly<Record<Verdict, number>> = {
  ok: EXIT.good,
  illegal: EXIT.failed,
  unknown: EXIT.unknown,
};

const FORMAT = `
The history has one JSON object a line:

  client   an integer; a client has one operation at a time
  op       get, put, append, delete or cas (read and write are get and put)
  key      a string
  value    what is put or appended, or what a cas writes
  expect   what a cas expects; null: that the key is absent
  output   what a get returned; null: that the key is absent
  ok       whether a cas took effect; of a delete, whether there was something
  call     when the client asked: a number, in any unit
  return   when it had the answer; null: it never had, the outcome is unknown

An operation of unknown outcome may have taken effect at any time after its call, or never. \
Operations that certainly failed are left out. Where a get shows "", an absent key will do as well.

It exits with 0 if the history is linearizable, 1 if it is not, 3 if the budget was spent first.`;

/** Checks the history of a file. */
export const historyCheckCommand = defineCommand({
  name: "check",
  summary: "Check whether a recorded history is linearizable",
  description: `Check whether a recorded history of any system is linearizable.\n${FORMAT}`,
  examples: [
    { line: "dist824 history check history.jsonl", does: "check each key of a key/value store" },
    {
      line: "dist824 history check --html why.html -",
      does: "check standard input, and draw what is wrong",
    },
  ],
  configure: (command) =>
    command
      .argument("<file>", "the history; - is standard input")
      .addOption(
        choiceOption("--model <model>", "what the service should have been", MODEL_NAMES)
          .default("kv" as const),
      )
      .addOption(
        new Option("--budget <steps>", "give up on a key after so many steps")
          .argParser(integer({ min: 1 })).default(STEPS_MAX),
      )
      .addOption(
        choiceOption(
          "--ties <ties>",
          "events at the same time: refuse them, or take their operations as concurrent",
          [
            "refuse",
            "concurrent",
          ],
        ).default("refuse" as const),
      )
      .option(
        "--html <file>",
        "draw the operations of the keys that are wrong, as a page for a browser",
      )
      .addOption(jsonOption()),
  async run({ args: [file], options }, env) {
    const { model, budget, ties, html, json } = options;
    if (html !== undefined) checkWritableFile("--html", html);
    if (json !== undefined && json !== "-") checkWritableFile("--json", json);
    const history = await readHistory(file, env);
    const begun = env.now();
    const checked = checkLines(history, model, { stepsMax: budget, ties });
    const wallMs = env.now() - begun;
    if (html !== undefined) writeWholeText(html, reportHtml(checked));
    const document = `${JSON.stringify(reportJson(checked, wallMs), undefined, 2)}\n`;
    if (json === "-") env.stdout.write(document);
    else env.stdout.write(reportText(checked, wallMs, env.stdout));
    if (json !== undefined && json !== "-") writeWholeText(json, document);
    return CODES[checked.report.verdict];
  },
});
