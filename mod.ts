/**
 * The library behind `dist824`: Raft as a pure state machine, the ports through which it sees the world, and a
 * simulated world for them in which one seed decides everything. On Raft stand replicated state machines, a key/value
 * store and its sharded form; beside it MapReduce, and a checker of histories. Names come from the papers.
 *
 * Three servers that elect a leader and agree on a command, in a few milliseconds of real time:
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { setImmediate } from "node:timers/promises";
 * import { LAB_OPTIONS, ms, RaftNode, serverId, SimDisk, SimNetwork, SimServer, SimStorage } from "./mod.ts";
 * import { SimTransport, Simulation } from "./mod.ts";
 *
 * const simulation = new Simulation({ seed: 1n, macrotask: () => setImmediate() });
 * const network = new SimNetwork(simulation);
 * const servers = [0, 1, 2].map(serverId);
 * const applied: string[] = [];
 *
 * await simulation.run(async () => {
 *   const nodes = servers.map((id) => {
 *     const ends = servers.map((to) => {
 *       const end = network.makeEnd(`${id}-${to}`);
 *       network.connect(end.name, to);
 *       network.enable(end.name, true);
 *       return end;
 *     });
 *     const server = new SimServer();
 *     network.addServer(id, server);
 *     return new RaftNode({
 *       id,
 *       servers,
 *       options: LAB_OPTIONS,
 *       clock: simulation.clock,
 *       random: simulation.random.child(`server/${id}`),
 *       transport: new SimTransport(ends, server),
 *       storage: new SimStorage(new SimDisk(simulation)),
 *       apply: (each) => {
 *         if (each.kind === "entry") applied.push(new TextDecoder().decode(each.entry.command));
 *       },
 *     });
 *   });
 *   await simulation.clock.sleep(ms(2000));
 *   const leader = nodes.find((node) => node.view.role === "leader");
 *   leader!.propose(new TextEncoder().encode("x = 1"));
 *   await simulation.clock.sleep(ms(1000));
 * });
 *
 * assert.deepEqual(applied, ["x = 1", "x = 1", "x = 1"]);
 * ```
 *
 * @module
 */

export * from "./core/base/mod.ts";
export * from "./core/check/mod.ts";
export * from "./core/kv/mod.ts";
export * from "./core/mapreduce/mod.ts";
export * from "./core/raft/mod.ts";
export * from "./core/rsm/mod.ts";
export * from "./core/shardctrler/mod.ts";
export * from "./core/shardkv/mod.ts";
export * from "./core/sim/mod.ts";

// Two layers have these names; here each gets one of its own.
export type {
  KvOperation as KvHistoryOperation,
  Operation as HistoryOperation,
} from "./core/check/mod.ts";
export type { KvOperation } from "./core/kv/mod.ts";
export type { Refused } from "./core/mapreduce/mod.ts";
export type { Refused as RefusedChange } from "./core/shardctrler/mod.ts";
export type { Operation } from "./core/sim/mod.ts";
