/** What `chaos mr` does: job after job, each with faults, each compared with the oracle. */

import { join, resolve } from "node:path";
import { type Random, SeededRandom } from "../../../core/base/mod.ts";
import { buildInfo } from "../../../core/host/build_info.ts";
import { systemRandom } from "../../../core/host/mod.ts";
import { TextGenerator } from "../../../core/mapreduce/text_generator.ts";
import { type CommandEnv } from "../../command.ts";
import { styled } from "../../style.ts";
import { checkWritableFile, writeWholeText } from "../../test_runner/files.ts";
import { tableText } from "../../test_runner/table.ts";
import { makeNewFolder } from "../new_folder.ts";
import { type ChaosVerdict, CODES } from "../report.ts";
import { Job, type JobEnd } from "./job.ts";
import { expectedLines, whatIsWrong } from "./oracle.ts";
import { JOB_FAULTS, type JobFault, jobSchedule } from "./schedule.ts";

/** What the command line says. */
export interface MrFlags {
  readonly duration?: number | undefined;
  readonly rounds?: number | undefined;
  readonly seed?: bigint | undefined;
  readonly faults?: readonly JobFault[] | undefined;
  readonly workers: number;
  readonly bytes: number;
  readonly json?: string | undefined;
  readonly out?: string | undefined;
}

const DURATION_DEFAULT_MS = 60_000;
const INPUT_FILES = 8;
const REDUCE_TASKS = 10;
/** A job has at most so many faults. */
const ROUNDS_OF_JOB = 12;

interface PlayedJob extends JobEnd {
  readonly wrong: string | undefined;
}

/** Plays, reports, and returns the exit code. */
export async function runMrChaos(flags: MrFlags, env: CommandEnv): Promise<number> {
  const { json, rounds = Infinity, workers, bytes } = flags;
  const duration = flags.duration ?? (flags.rounds === undefined ? DURATION_DEFAULT_MS : Infinity);
  if (json !== undefined && json !== "-") checkWritableFile("--json", json);
  const seed = flags.seed ?? BigInt(systemRandom().bits53());
  const out = flags.out ?? join("dist824-data", `chaos-mr-${seed}`);
  makeNewFolder(out);
  const folder = resolve(out);
  const random = new SeededRandom(seed);
  env.stderr.write(`chaos with seed ${seed}\n`);
  const inputFolder = join(folder, "texts");
  writeTexts(inputFolder, bytes, random.child("texts"));
  const expected = await expectedLines(inputFolder);
  const jobs: PlayedJob[] = [];
  const begun = env.now();
  let left = rounds;
  while (left > 0 && env.now() < begun + duration && !env.interrupted.aborted) {
    const number = jobs.length + 1;
    const jobFolder = join(folder, `job-${number}`);
    Deno.mkdirSync(jobFolder);
    const end = await new Job({
      folder: jobFolder,
      inputFolder,
      workers,
      reduceTasks: REDUCE_TASKS,
      rounds: jobSchedule(random.child(`job/${number}`), flags.faults ?? JOB_FAULTS, workers),
      roundsMax: Math.min(left, ROUNDS_OF_JOB),
      signal: env.interrupted,
      now: env.now,
      onRound: ({ kind, workers, holdMs }) =>
        env.stderr.write(
          `job ${number}: ${[kind, ...workers.map((i) => i + 1)].join(" ")} for ${holdMs} ms\n`,
        ),
    }).play();
    if (env.interrupted.aborted) break;
    const wrong = end.failure ?? whatIsWrong(join(jobFolder, "result"), expected, REDUCE_TASKS);
    jobs.push({ ...end, wrong });
    // A job that was over before anything had happened to it says nothing.
    left -= Math.max(1, end.rounds.length);
    const how = wrong ?? "the result is that of the oracle";
    env.stderr.write(`job ${number}: ${(end.durationMs / 1000).toFixed(1)} s, ${how}\n`);
    if (wrong !== undefined) break;
    Deno.removeSync(jobFolder, { recursive: true });
  }
  const verdict: ChaosVerdict = jobs.some(({ wrong }) => wrong !== undefined)
    ? "violation"
    : env.interrupted.aborted
    ? "interrupted"
    : "ok";
  const document = documentOf({ seed: `${seed}`, workers, bytes }, verdict, jobs);
  writeWholeText(join(folder, "summary.json"), document);
  if (json === "-") env.stdout.write(document);
  else env.stdout.write(textOf(verdict, jobs, out, env));
  if (json !== undefined && json !== "-") writeWholeText(json, document);
  return CODES[verdict];
}

function writeTexts(folder: string, bytes: number, random: Random): void {
  Deno.mkdirSync(folder);
  const generator = new TextGenerator(random, { vocabulary: 1 << 12 });
  for (let i = 0; i < INPUT_FILES; i++) {
    const text = new Uint8Array(Math.ceil(bytes / INPUT_FILES));
    const length = generator.fill(text);
    Deno.writeFileSync(join(folder, `${i}.txt`), text.subarray(0, length));
  }
}

function documentOf(
  settings: Readonly<Record<string, unknown>>,
  verdict: ChaosVerdict,
  jobs: readonly PlayedJob[],
): string {
  const { version, commit } = buildInfo();
  const program = { name: "dist824", version, commit };
  const violations = jobs.flatMap(({ wrong }) => wrong === undefined ? [] : [wrong]);
  const document = { program, settings, verdict, violations, jobs };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function textOf(
  verdict: ChaosVerdict,
  jobs: readonly PlayedJob[],
  out: string,
  env: CommandEnv,
): string {
  const rounds = jobs.flatMap((job) => job.rounds);
  const rows = JOB_FAULTS.map((kind) => [
    kind,
    `${rounds.filter((round) => round.kind === kind).length}`,
  ]);
  const longest = Math.max(0, ...jobs.map(({ durationMs }) => durationMs)) / 1000;
  const said = {
    ok: "every result is that of the sequential oracle",
    violation: jobs.find(({ wrong }) => wrong !== undefined)?.wrong ?? "",
    unknown: "",
    interrupted: "nothing wrong so far",
  }[verdict];
  const color = verdict === "ok" ? "green" : verdict === "violation" ? "red" : "yellow";
  return [
    tableText([["fault", "rounds"], ...rows], ["left", "right"]),
    `${jobs.length} jobs, the longest took ${longest.toFixed(1)} s; a summary is in ${out}\n`,
    `${styled(env.stdout, color, verdict)}: ${said}\n`,
  ].join("");
}
