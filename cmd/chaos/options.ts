/** The options that all stores' chaos shares. Each function makes a new option, for one parser. */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { STEPS_MAX } from "../../core/check/mod.ts";
import { closest } from "../suggest.ts";
import { integer } from "../values.ts";
import { duration } from "./duration.ts";
import { FAULT_KINDS, type FaultKind, FAULTS_HELP } from "./faults.ts";

/** `--duration <span>`, in milliseconds. */
export function durationOption(): Option<"--duration <span>", undefined, undefined, number> {
  return new Option("--duration <span>", "begin no round after this time (default: 60s)")
    .argParser(duration);
}

/** `--rounds <n>`. */
export function roundsOption(): Option<"--rounds <n>", undefined, undefined, number> {
  return new Option("--rounds <n>", "play so many rounds, however long that takes")
    .argParser(integer({ min: 1, max: 1_000_000 }));
}

/** `--faults <list>`. */
export function faultsOption(): Option<"--faults <list>", undefined, undefined, FaultKind[]> {
  return new Option("--faults <list>", "kinds of faults, with commas between them (default: all)")
    .argParser(faultList);
}

/** `--clients <n>`. */
export function clientsOption(): Option<"--clients <n>", undefined, number, number> {
  return new Option("--clients <n>", "clients, each with one operation at a time")
    .argParser(integer({ min: 1, max: 256 })).default(8);
}

/** `--keys <n>`. */
export function keysOption(): Option<"--keys <n>", undefined, number, number> {
  return new Option("--keys <n>", "keys in use at a time; each is left alone after 200 operations")
    .argParser(integer({ min: 1, max: 1000 })).default(5);
}

/** `--budget <steps>`. */
export function budgetOption(): Option<"--budget <steps>", undefined, number, number> {
  return new Option("--budget <steps>", "have the checker give up on a key after so many steps")
    .argParser(integer({ min: 1 })).default(STEPS_MAX);
}

/** `--out <dir>`. */
export function outOption(): Option<"--out <dir>"> {
  return new Option(
    "--out <dir>",
    "new folder for history, logs and summary (default: dist824-data/chaos-… with the seed)",
  );
}

/** `--keep-data`. */
export function keepDataOption(): Option<"--keep-data"> {
  return new Option("--keep-data", "leave the servers' data there, also if all is well");
}

/** All kinds, for a description. */
export function faultsText(): string {
  const width = Math.max(...FAULT_KINDS.map((kind) => kind.length));
  return FAULT_KINDS.map((kind) => `  ${kind.padEnd(width)}  ${FAULTS_HELP[kind]}`).join("\n");
}

function faultList(text: string): FaultKind[] {
  return text.split(",").map((word) => {
    const kind = FAULT_KINDS.find((known) => known === word.trim());
    if (kind !== undefined) return kind;
    const near = closest(word.trim(), FAULT_KINDS);
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new InvalidArgumentError(`Expected some of ${FAULT_KINDS.join(",")}${hint}`);
  });
}
