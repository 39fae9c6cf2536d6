/** `dist824 mr-stream`: an application as a filter from standard input to standard output. */

import { AppError } from "../core/mapreduce/app_error.ts";
import { filterMap, type FilterOutput, filterReduce } from "../core/mapreduce/stream_filter.ts";
import { Argument, defineCommand, EXIT } from "./command.ts";
import { FailedError, UsageError } from "./errors.ts";
import { splitAppWords } from "./mapreduce/app_words.ts";
import { loadWorkerApp } from "./mapreduce/load_worker_app.ts";
import { oneOf } from "./values.ts";

const DESCRIPTION = [
  "Run the map or the reduce of an application as a filter after the Hadoop Streaming contract, so that it also runs " +
  "where Hadoop Streaming does: map turns lines of input into lines KEY<TAB>VALUE, reduce those, in the order of the " +
  "keys, into lines of output.",
  "The name of the input file comes from the variable mapreduce_map_input_file. Counters and statuses go to standard " +
  "error, as lines reporter:counter:... and reporter:status:...",
].join("\n\n");

/** What the input is called when nobody says so. */
const UNNAMED_INPUT = "-";

/** Runs one half of an application as a filter. */
export const mrStreamCommand = defineCommand({
  name: "mr-stream",
  summary: "Run the map or the reduce of an application as a filter, as Hadoop Streaming wants it",
  description: DESCRIPTION,
  examples: [
    {
      line: "dist824 mr-stream map wc < book.txt | LC_ALL=C sort | dist824 mr-stream reduce wc",
      does: "count words with a pipe",
    },
    {
      line: "dist824 mr-stream map ./app.ts < book.txt",
      does: "see what the map of a module emits",
    },
  ],
  configure: (command) =>
    command
      .usage("[options] map|reduce APP [ARGUMENT...]")
      .addArgument(
        new Argument("<half>", "map or reduce").argParser(oneOf(["map", "reduce"])),
      )
      .argument("<app...>", "wc, indexer, grep PATTERN, sort, or the path of a module"),
  async run({ args: [half, words] }, env) {
    const { source, rest } = splitAppWords(words, {});
    if (rest.length > 0) throw new UsageError(`too much was given: ${rest.join(" ")}`);
    const { app } = await loadWorkerApp(source);
    if ("streaming" in app) throw new UsageError("commands are filters already");
    const output: FilterOutput = {
      write(bytes) {
        env.interrupted.throwIfAborted();
        env.stdout.write(bytes);
      },
      report: (line) => env.stderr.write(`${line}\n`),
    };
    const { mapreduce_map_input_file, map_input_file } = env.variables;
    const file = mapreduce_map_input_file ?? map_input_file ?? UNNAMED_INPUT;
    try {
      if (half === "map") await filterMap(app, file, env.stdin, output);
      else await filterReduce(app, env.stdin, output);
    } catch (error) {
      if (error instanceof AppError) throw new FailedError(error.message, { cause: error });
      throw error;
    }
    return EXIT.good;
  },
});
