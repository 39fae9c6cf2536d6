/** What there is to say about a test that did not pass. */

import type { UnitResult } from "./run_unit.ts";

/** So many lines of a stack tell where a broken test broke. */
const STACK_LINES_MAX = 6;

/** The command that repeats one test of one iteration: exactly, unless it was played in the real world. */
export function repeatCommand({ unit, drifted }: UnitResult): string {
  const { lab, name, realWorld, mistake } = unit.test;
  const real = realWorld?.isByChoice ? " --real" : "";
  const bug = mistake === undefined ? "" : ` --bug ${mistake.name}`;
  const command =
    `./dist824 test${real}${bug} --lab ${lab} --test ${name} --seed ${unit.iterationSeed}`;
  return drifted ? `${command} --check-determinism` : command;
}

/** The reason, the seed, whether it happened again, the command to repeat it, and the trace; a line each or more. */
export function failureDetails(result: UnitResult): string[] {
  const { unit, outcome, traceFile, traceError } = result;
  return [
    outcome.reason ?? "no reason was given",
    ...stackLines(outcome.stack),
    `iteration ${unit.iteration}, seed ${unit.iterationSeed}${repeatText(result)}`,
    `${repeatWords(result)}: ${repeatCommand(result)}`,
    ...(traceFile === undefined ? [] : [`trace: ${traceFile}`]),
    ...(traceError === undefined ? [] : [`no trace: ${traceError}`]),
  ];
}

/** In the real world the seed brings back what the clients do and what is done to the network, but not what comes of it. */
function repeatWords({ unit }: UnitResult): string {
  return unit.test.realWorld === undefined ? "to repeat it" : "to try the same workload again";
}

function repeatText({ outcome, drifted }: UnitResult): string {
  if (drifted || outcome.repeated === undefined) return "";
  return outcome.repeated ? ", repeated: yes" : ", did NOT repeat: not deterministic";
}

/** The places in a stack, without the message that stands before them. */
function stackLines(stack: string | undefined): string[] {
  if (stack === undefined) return [];
  const places = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return places.slice(0, STACK_LINES_MAX).map((line) => `  ${line.trim()}`);
}
