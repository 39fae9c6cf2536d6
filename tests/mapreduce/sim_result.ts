/** What a simulated job has made, compared with what it must make: the result of a run in order, without faults. */

import { invariant } from "../../core/base/errors.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import type { RecordRange } from "../../core/mapreduce/messages.ts";
import { countAll, type Expected, linesOf } from "./sim_oracle.ts";
import { isBadLine } from "./sim_runner.ts";
import { MASTER_PLACE, type SimWorld } from "./sim_world.ts";

const { outputFolder } = MASTER_PLACE;

/** @throws {InvariantError} If the output, its counters, or what was left out are not as they must be. */
export async function checkResult(world: SimWorld, status: JobStatus): Promise<void> {
  const { phase, failure } = status;
  invariant(
    phase === "done",
    "FailuresAreTolerated",
    () => `every failure was of the kind that is made good, and the job is ${phase}: ${failure}`,
  );
  const expected = countAll(world.texts, world.job.options.nReduce, isBadLine);
  await checkOutputs(world, expected);
  await checkNames(world, expected);
  checkCounters(status, expected);
  checkSkipped(world, status);
}

async function checkOutputs({ machines: [disk] }: SimWorld, { outputs }: Expected): Promise<void> {
  for (const [number, content] of outputs.entries()) {
    const path = `${outputFolder}/mr-out-${number}`;
    invariant(
      await disk!.size(path) !== undefined,
      "OutputIsComplete",
      () => `the job is done, and there is no ${path}`,
    );
    const data = await disk!.read(path, 0, content.length + 1);
    const found = new TextDecoder().decode(data);
    invariant(found === content, "OutputAsInOrder", () => {
      const [is, must] = [found.split("\n"), content.split("\n")];
      const line = must.findIndex((text, at) => text !== is[at]);
      const at = line < 0 ? must.length : line;
      return `line ${at + 1} of ${path} is ${quote(is[at])}, and ${quote(must[at])} ` +
        `in a run that does one thing after the other`;
    });
  }
}

async function checkNames(
  { machines: [disk] }: SimWorld,
  { outputs }: Expected,
): Promise<void> {
  const names = await disk!.list(outputFolder);
  const results = new Set(["_SUCCESS", ...outputs.map((_, number) => `mr-out-${number}`)]);
  const found = names.filter((name) => !name.startsWith("mr-part-"));
  const other = found.find((name) => !results.has(name));
  invariant(
    other === undefined,
    "OnlyResultsAreLeft",
    () => `the job is done, and ${outputFolder} has ${other}, which is no result`,
  );
  invariant(
    found.length === results.size,
    "OutputIsComplete",
    () => `the job is done, and ${outputFolder} has no _SUCCESS`,
  );
}

function checkCounters({ counters, outputRecords }: JobStatus, expected: Expected): void {
  const keys = expected.outputs.join("").split("\n").length - 1;
  const { lines, words } = expected;
  const must = { lines, words, keys, records: keys };
  const is: Record<string, number> = { ...counters, records: outputRecords };
  for (const [name, value] of Object.entries(must)) {
    invariant(
      (is[name] ?? 0) === value,
      "CountersCountOnce",
      () => `the counter of ${name} is ${is[name] ?? 0}, and ${value} ${name} were to be counted`,
    );
  }
}

/** Exactly the bad lines were left out. */
function checkSkipped({ texts }: SimWorld, { skippedRecords }: JobStatus): void {
  const bad = [...texts].flatMap(([file, text]) =>
    linesOf(file, text, 0, text.length).filter((line) => isBadLine(line.text))
  );
  const place = ({ file, start, end }: RecordRange) => `${file}:${start}-${end}`;
  const [is, must] = [skippedRecords.map(place).sort(), bad.map(place).sort()];
  invariant(
    is.join() === must.join(),
    "BadRecordsAreLeftOut",
    () => `left out: ${is.join(", ") || "none"}; bad: ${must.join(", ") || "none"}`,
  );
}

function quote(line: string | undefined): string {
  return line === undefined || line === "" ? "the end" : JSON.stringify(line);
}
