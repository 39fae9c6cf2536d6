/** What `chaos kv` and `chaos shardkv` have in common: from options to an exit code. */

import { join, resolve } from "node:path";
import { type Random, SeededRandom } from "../../core/base/mod.ts";
import { formatHistoryLine } from "../../core/check/mod.ts";
import { systemRandom } from "../../core/host/mod.ts";
import { type CommandEnv } from "../command.ts";
import { checkWritableFile, writeWholeFile, writeWholeText } from "../test_runner/files.ts";
import { Campaign, type CampaignReport } from "./campaign.ts";
import type { ChaosServer } from "./chaos_server.ts";
import { makeNewFolder } from "./new_folder.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";
import { CODES, reportJson, reportText, roundLine, verdictOf } from "./report.ts";
import type { Store } from "./store.ts";

/** What the command line says. */
export interface ChaosFlags {
  readonly duration?: number | undefined;
  readonly rounds?: number | undefined;
  readonly seed?: bigint | undefined;
  readonly faults?: readonly FaultKind[] | undefined;
  readonly clients: number;
  readonly keys: number;
  readonly budget: number;
  readonly json?: string | undefined;
  readonly out?: string | undefined;
  readonly keepData?: true | undefined;
}

/** What is to be played with. */
export interface ChaosGame {
  /** `kv` or `shardkv`. */
  readonly name: string;
  open(options: StoreStart): Store;
}

/** What a store is given. */
export interface StoreStart {
  readonly folder: string;
  readonly random: Random;
  readonly onUnexpectedEnd: (server: ChaosServer, how: string) => void;
}

const DURATION_DEFAULT_MS = 60_000;

/** Plays, reports, and returns the exit code. */
export async function runChaos(
  game: ChaosGame,
  flags: ChaosFlags,
  env: CommandEnv,
): Promise<number> {
  const { json, faults = FAULT_KINDS, clients, keys, budget, rounds = Infinity } = flags;
  const duration = flags.duration ?? (flags.rounds === undefined ? DURATION_DEFAULT_MS : Infinity);
  if (json !== undefined && json !== "-") checkWritableFile("--json", json);
  const seed = flags.seed ?? BigInt(systemRandom().bits53());
  const out = flags.out ?? join("dist824-data", `chaos-${game.name}-${seed}`);
  makeNewFolder(out);
  const folder = resolve(out);
  const random = new SeededRandom(seed);
  const violations: string[] = [];
  env.stderr.write(`chaos with seed ${seed}\n`);
  const store = game.open({
    folder,
    random: random.child("store"),
    onUnexpectedEnd: ({ name }, how) => violations.push(`${name} ended by itself: ${how}`),
  });
  let report: CampaignReport;
  try {
    report = await new Campaign({
      ...{ store, random, faults, clients, keys, duration, rounds, budget, violations },
      now: env.now,
      signal: env.interrupted,
      onRound: (played) => env.stderr.write(roundLine(played)),
      onPhase: (what) => env.stderr.write(`${what}\n`),
    }).play();
  } finally {
    await store.close();
  }
  writeHistory(join(folder, "history.jsonl"), report);
  const settings = { store: game.name, seed: `${seed}`, faults, clients, keys };
  const document = `${JSON.stringify(reportJson(report, settings), undefined, 2)}\n`;
  writeWholeText(join(folder, "summary.json"), document);
  if (json === "-") env.stdout.write(document);
  else env.stdout.write(reportText(report, out, env.stdout));
  if (json !== undefined && json !== "-") writeWholeText(json, document);
  const verdict = verdictOf(report);
  if (!flags.keepData && verdict !== "violation") await removeData(store);
  return CODES[verdict];
}

function writeHistory(path: string, { operations }: CampaignReport): void {
  const encoder = new TextEncoder();
  writeWholeFile(
    path,
    operations.values().map((each) => encoder.encode(`${formatHistoryLine(each)}\n`)),
  );
}

async function removeData({ groups }: Store): Promise<void> {
  for (const { folder } of groups.flat()) await Deno.remove(folder, { recursive: true });
}
