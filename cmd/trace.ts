/** `dist824 trace`: a trace as a picture. */

import { readFileSync } from "node:fs";
import { defineCommand, EXIT } from "./command.ts";
import { FailedError } from "./errors.ts";
import { checkWritableFile, writeWholeText } from "./test_runner/files.ts";
import { tracePage } from "./trace/page.ts";
import { tellStory } from "./trace/story.ts";
import { parseTrace } from "./trace/trace_file.ts";

/** Makes a page from a trace. */
export const traceCommand = defineCommand({
  name: "trace",
  summary: "Show the trace of a failed test as a page for a browser",
  description: [
    "Make one page from a trace that dist824 test or replay left with --trace: a lane for each server with its role and " +
    "term, or for a worker of MapReduce with what it works at; arrows for messages that arrived, came late or were " +
    "lost; crashes and cuts; the operations of clients, that in red which the failure speaks of; and the state of " +
    "every log at the cursor. The page needs no network.",
  ].join("\n\n"),
  examples: [
    {
      line: "dist824 test --lab 2C --bug commits-old-terms-by-counting --trace traces",
      does: "leave a trace of what fails",
    },
    { line: "dist824 trace traces/TestFigure82C-seed1.jsonl -o out.html", does: "look at it" },
  ],
  configure: (command) =>
    command
      .argument("<file>", "the trace, JSON lines")
      .option(
        "-o, --output <file>",
        "where to write the page (default: beside the trace, as .html)",
      ),
  async run({ args: [file], options }, env) {
    const { output = `${file.replace(/\.jsonl?$/, "")}.html` } = options;
    checkWritableFile("--output", output);
    const story = tellStory(parseTrace(read(file)));
    writeWholeText(output, await tracePage(story));
    const { lanes, messages, marks, operations } = story;
    env.stdout.write(
      `${output}: ${lanes.length} lanes, ${messages.length} messages, ${operations.length} operations ` +
        `of clients, ${marks.length} other events\n`,
    );
    return EXIT.good;
  },
});

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new FailedError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
