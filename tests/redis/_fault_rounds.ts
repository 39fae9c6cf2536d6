/** Rounds in which servers under load are killed, or stand still for a while; and what the clients saw of it. */

import { RealClock } from "../../core/host/mod.ts";
import { ms, type Random } from "../../core/base/mod.ts";
import { checkHistory, type HistoryReport, kvModel } from "../../core/check/mod.ts";
import { RawClient } from "../../core/host/resp/_raw_client.ts";
import { KvProcesses } from "./_kv_processes.ts";
import { RecordingClients } from "./_recording_clients.ts";

/** What is played. */
export interface FaultRounds {
  readonly rounds: number;
  readonly clients: number;
  readonly random: Random;
  readonly onRound?: (round: number, what: string, outageMs: number) => void;
}

/** What came of it. */
export interface FaultReport {
  readonly history: HistoryReport;
  readonly operations: number;
  readonly unknown: number;
  /** How long it took after each fault until another server acknowledged a write that came behind it, in ms. */
  readonly outages: readonly number[];
}

/** Plays the rounds, has everybody start again at the end, and checks the history with what is there then. */
export async function faultRounds(options: FaultRounds): Promise<FaultReport> {
  const { rounds, clients, random } = options;
  const clock = new RealClock();
  await using servers = new KvProcesses(3);
  await Promise.all(servers.ids.map((id) => servers.start(id)));
  const load = new RecordingClients(servers.ids, (id) => servers.port(id));
  for (let i = 0; i < clients; i++) load.start(i, random.child(`client/${i}`));
  const outages: number[] = [];
  await load.progress();
  for (let round = 1; round <= rounds; round++) {
    const victim = servers.ids[random.below(servers.ids.length)]!;
    const isKilled = random.chance(1, 2);
    await clock.sleep(ms(random.below(100)));
    if (isKilled) await servers.kill(victim);
    else servers.freeze(victim, true);
    const start = clock.now();
    const others = servers.ids.filter((id) => id !== victim);
    await assertWrites(servers.port(others[random.below(others.length)]!));
    outages.push(clock.now() - start);
    options.onRound?.(round, `${isKilled ? "killed" : "froze"} ${victim}`, outages.at(-1)!);
    if (isKilled) await servers.start(victim);
    else servers.freeze(victim, false);
  }
  await load.progress();
  await load.stop();
  const operations = load.recorder.operations();
  return {
    history: checkHistory(kvModel, operations),
    operations: operations.length,
    unknown: operations.filter(({ output }) => output === undefined).length,
    outages,
  };
}

/** Resolves when a server acknowledges a write. */
async function assertWrites(port: number): Promise<void> {
  const client = await RawClient.connect(port);
  for (let line = ""; line !== "+OK\r\n";) {
    await client.send("set probe x\r\n");
    line = await client.line();
    if (line === "") throw new Error("A server that nobody has touched has closed a connection");
  }
  client.close();
}
