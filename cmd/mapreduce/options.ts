/** The options that the commands for MapReduce share. Each function makes a new option, for one parser. */

import { Option } from "@commander-js/extra-typings";
import type { Address } from "../../core/host/mod.ts";
import { ms } from "../../core/base/units.ts";
import { JOB_OPTIONS_DEFAULT } from "../../core/mapreduce/coordinator_defaults.ts";
import type { JobOptions } from "../../core/mapreduce/job.ts";
import { SPLIT_BYTES_DEFAULT } from "../../core/mapreduce/splits.ts";
import { address } from "../address.ts";
import { integer, seconds, size } from "../values.ts";

/** More partitions than this are a mistake. */
const REDUCE_MAX = 100_000;

/** `--reduce <n>`: the paper's R. */
export function reduceOption(): Option<"--reduce <n>", undefined, undefined, number> {
  return new Option("--reduce <n>", "number of reduce tasks, and so of output files (default: 10)")
    .argParser(integer({ min: 1, max: REDUCE_MAX }));
}

/** `--out <dir>`: the folder of the results. */
export function outOption(): Option<"--out <dir>"> {
  return new Option("--out <dir>", "folder for the results (default: the current one)");
}

/** `--task-timeout <s>`. */
export function taskTimeoutOption(): Option<"--task-timeout <s>", undefined, undefined, number> {
  return new Option(
    "--task-timeout <s>",
    "hand a task out again after <s> seconds without a sign of progress (default: 10)",
  ).argParser(seconds);
}

/** `--split <size>`: about how large a map task's input is, in bytes. */
export function splitOption(): Option<"--split <size>", undefined, undefined, number> {
  return new Option(
    "--split <size>",
    "cut files into pieces of about <size> bytes, as in 64M (default: 32M)",
  ).argParser(size);
}

/** `--attempts <n>`. */
export function attemptsOption(): Option<"--attempts <n>", undefined, undefined, number> {
  return new Option("--attempts <n>", "give the job up when a task failed <n> times (default: 4)")
    .argParser(integer({ min: 1, max: 1000 }));
}

/** `--backup-after <s>`: 0 means never. */
export function backupOption(): Option<"--backup-after <s>", undefined, undefined, number> {
  return new Option(
    "--backup-after <s>",
    "near the end, give a task that takes longer than <s> to a second worker too; 0: never (default: 10)",
  ).argParser((text) => text === "0" ? 0 : seconds(text));
}

/** `--admin [host:port]`: `true` if no address is given. */
export function adminOption(): Option<"--admin [host:port]", undefined, undefined, Address> {
  return new Option(
    "--admin [host:port]",
    "show a status page for browsers there (default: 127.0.0.1:8824)",
  ).argParser(address);
}

/** Where the status page is when no address is given. */
export const ADMIN_DEFAULT: Address = { hostname: "127.0.0.1", port: 8824 };

/** `--mapper <command>`. */
export function mapperOption(): Option<"--mapper <command>"> {
  return new Option(
    "--mapper <command>",
    "in place of APP: a shell command that reads lines and writes lines KEY<TAB>VALUE",
  );
}

/** `--reducer <command>`. */
export function reducerOption(): Option<"--reducer <command>"> {
  return new Option(
    "--reducer <command>",
    "in place of APP: a shell command that reads lines KEY<TAB>VALUE in the order of the keys",
  );
}

/** What the options say about how a job is run. */
export interface JobFlags {
  readonly reduce?: number | undefined;
  readonly taskTimeout?: number | undefined;
  readonly attempts?: number | undefined;
  readonly backupAfter?: number | undefined;
  readonly skipBadRecords?: true | undefined;
  readonly split?: number | undefined;
}

/** Fills in what was not said. */
export function jobOptions(flags: JobFlags): JobOptions {
  const { nReduce, taskTimeout, attemptsMax, backupAfter } = JOB_OPTIONS_DEFAULT;
  return {
    nReduce: flags.reduce ?? nReduce,
    taskTimeout: flags.taskTimeout === undefined ? taskTimeout : ms(flags.taskTimeout * 1000),
    attemptsMax: flags.attempts ?? attemptsMax,
    backupAfter: flags.backupAfter === undefined
      ? backupAfter
      : flags.backupAfter === 0
      ? undefined
      : ms(flags.backupAfter * 1000),
    skipBadRecords: flags.skipBadRecords ?? false,
  };
}

/** The wanted size of a split, in bytes. */
export function splitBytes({ split }: JobFlags): number {
  return split ?? SPLIT_BYTES_DEFAULT;
}
