/**
 * The planted mistakes of this program's tests, for `dist824 test --bug NAME` and `dist824 bugs`.
 *
 * @module
 */

import { MAPREDUCE_MISTAKES } from "./mapreduce.ts";
import type { Mistake } from "./mistake.ts";
import { ELECTION_MISTAKES } from "./raft_elections.ts";
import { REPLICATION_MISTAKES } from "./raft_replication.ts";
import { READ_MISTAKES, SNAPSHOT_MISTAKES } from "./raft_snapshots.ts";
import { SERVICE_MISTAKES } from "./services.ts";
import { CONTROLLER_MISTAKES } from "./shard_controller.ts";
import { GROUP_MISTAKES } from "./shard_groups.ts";
import { DRIVER_MISTAKES } from "./shard_servers.ts";

export type { MasterHooks, Mistake, RaftHooks } from "./mistake.ts";
export { plant } from "./plant.ts";
export { withMistake } from "./with_mistake.ts";
export { MistakenCoordinator } from "./mistaken_coordinator.ts";
export { MistakenRaft } from "./mistaken_raft.ts";

/** All planted mistakes, in the order of the papers. */
export const MISTAKES: readonly Mistake[] = [
  ...MAPREDUCE_MISTAKES,
  ...ELECTION_MISTAKES,
  ...REPLICATION_MISTAKES,
  ...SNAPSHOT_MISTAKES,
  ...READ_MISTAKES,
  ...SERVICE_MISTAKES,
  ...CONTROLLER_MISTAKES,
  ...GROUP_MISTAKES,
  ...DRIVER_MISTAKES,
];

/**
 * The mistake of that name.
 *
 * @throws {RangeError} If there is none.
 */
export function mistakeNamed(name: string): Mistake {
  const found = MISTAKES.find((mistake) => mistake.name === name);
  if (found === undefined) throw new RangeError(`There is no planted mistake called ${name}`);
  return found;
}
