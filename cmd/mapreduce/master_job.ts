/** One job from the side of the master, as `mr-master` and `mr-run` share it: from the flags to the final table. */

import { resolve } from "node:path";
import { buildInfo } from "../../core/host/build_info.ts";
import { RealClock } from "../../core/host/clock.ts";
import { machineId } from "../../core/host/machine_id.ts";
import type { Address, RpcOptions } from "../../core/host/mod.ts";
import { systemTemporaryFolder } from "../../core/host/temporary_folder.ts";
import { Master, OutputRefusedError, statusDocument } from "../../core/server/mod.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import type { AppInfo } from "../../core/mapreduce/messages.ts";
import type { InputFile } from "../../core/mapreduce/splits.ts";
import { addressText } from "../address.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";
import { checkWritableFile, writeWholeText } from "../test_runner/files.ts";
import { refuseOpen } from "./master_address.ts";
import { ADMIN_DEFAULT, type JobFlags, jobOptions, splitBytes } from "./options.ts";
import { JobProgress } from "./job_progress.ts";
import { jobSummary } from "./job_summary.ts";
import { randomStream } from "./random_stream.ts";

/** How often the progress is looked at. */
const LOOK_EVERY_MS = 200;

/** What the command line says about a job, beside how it is run. */
export interface MasterFlags extends JobFlags {
  readonly out?: string | undefined;
  readonly force?: true | undefined;
  readonly json?: string | undefined;
  readonly admin?: Address | true | undefined;
  readonly insecure?: true | undefined;
}

/** Looks at the flags that need a look at the world, before anything begins. */
export function checkMasterFlags({ json, admin, insecure }: MasterFlags): void {
  if (json !== undefined && json !== "-") checkWritableFile("--json", json);
  if (typeof admin === "object") refuseOpen("--admin", admin, insecure ?? false);
}

/** What a master is started with. */
export interface MasterStart {
  readonly flags: MasterFlags;
  readonly inputs: readonly InputFile[];
  readonly app: AppInfo | undefined;
  readonly listen: Address;
  readonly streams?: Pick<RpcOptions, "dial" | "listen">;
}

/**
 * Starts a master.
 *
 * @throws {FailedError} If it cannot listen, or cannot use the folder of the results.
 */
export async function startMaster(start: MasterStart, env: CommandEnv): Promise<Master> {
  const { flags, inputs, app, listen, streams } = start;
  const clock = new RealClock();
  const random = randomStream();
  const admin = flags.admin === true ? ADMIN_DEFAULT : flags.admin;
  try {
    const master = await Master.start({
      job: { inputs, splitBytes: splitBytes(flags), app, options: jobOptions(flags) },
      inputFolder: Deno.cwd(),
      outputFolder: resolve(flags.out ?? "."),
      force: flags.force ?? false,
      listen,
      admin,
      machineId: machineId(systemTemporaryFolder()),
      ...(streams !== undefined && { streams }),

      clock,
      random,
    });
    sayWhereItStands(master, env);
    return master;
  } catch (error) {
    if (error instanceof OutputRefusedError) throw new FailedError(error.message);
    if (error instanceof Deno.errors.AddrInUse) {
      const asked = [listen, ...(admin === undefined ? [] : [admin])].map(addressText);
      throw new FailedError(`${asked.join(" or ")} is in use: another master may be running`);
    }
    if (isExpected(error)) throw new FailedError((error as Error).message);
    throw error;
  }
}

function sayWhereItStands(master: Master, env: CommandEnv): void {
  const { resumed, adminAddress } = master;
  if (resumed !== undefined) {
    const { map, reduce } = master.status();
    env.stderr.write(
      `going on with an interrupted job: ${resumed.mapsCompleted} of ${map.tasks} map tasks and ` +
        `${resumed.reducesCompleted} of ${reduce.tasks} reduce tasks are done\n`,
    );
  }
  if (adminAddress !== undefined) {
    env.stderr.write(`status page: http://${addressText(adminAddress)}/\n`);
  }
}

/** Runs a job to its end, shows how far it is, and prints what came of it. The result is the exit code. */
export async function runMaster(
  master: Master,
  flags: MasterFlags,
  env: CommandEnv,
): Promise<number> {
  const progress = new JobProgress(env.stderr);
  const timer = setInterval(() => progress.draw(master.status()), LOOK_EVERY_MS);
  let status: JobStatus;
  try {
    status = await untilInterrupted(master.run(), env.interrupted);
  } finally {
    clearInterval(timer);
    progress.clear();
  }
  const out = flags.out ?? ".";
  if (flags.json !== undefined) writeJson(flags.json, master, out, env);
  if (status.failure !== undefined) throw new FailedError(`the job has failed: ${status.failure}`);
  if (flags.json !== "-") env.stdout.write(jobSummary(status, out));
  const skipped = status.skippedRecords.length;
  if (skipped > 0) {
    env.stderr.write(`${skipped} records were left out: they are in ${out}/_SKIPPED\n`);
  }
  return EXIT.good;
}

/** Closes a master; `leftAlone` as in {@linkcode Master.close}. Says whether the job can be gone on with. */
export async function closeMaster(
  master: Master,
  leftAlone: boolean,
  env: CommandEnv,
): Promise<void> {
  if (await master.close(leftAlone)) {
    env.stderr.write("the job is not done: the same command goes on with it\n");
  }
}

/** Waits for `work`, or throws the reason of `signal`. */
export async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupted = Promise.withResolvers<never>();
  const onAbort = () => interrupted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, interrupted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    interrupted.promise.catch(() => {});
  }
}

function writeJson(target: string, master: Master, out: string, env: CommandEnv): void {
  const { version, commit } = buildInfo();
  const program = { name: "dist824", version, commit };
  const document = { program, out: resolve(out), ...statusDocument(master) };
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  if (target === "-") env.stdout.write(text);
  else writeWholeText(target, text);
}

/** Whether an error says something about the world, and not about this program. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TypeError) &&
    (error.name === "Error" || Object.values(Deno.errors).some((kind) => error instanceof kind));
}
