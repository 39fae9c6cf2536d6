/** Servers that trim their logs, and others that need what was trimmed. */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { checkLogSize, checkSnapshotSize } from "./kv_sizes.ts";

const SNAPSHOT_BYTES_MAX = 500;

/** A server that was cut off becomes part of the majority and has to catch up. */
export async function installSnapshot(
  config: KvConfig,
  maxRaftState: number,
  onCutOff?: () => void,
): Promise<void> {
  const { stage, cluster } = config;
  const clerk = config.makeClerk();
  await clerk.put("a", "A");
  await clerk.check("a", "A");

  cluster.partition([0, 1], [2]);
  const first = config.makeClerk([0, 1]);
  for (let key = 0; key < 50; key++) await first.put(String(key), String(key));
  await stage.sleep(1000);
  await first.put("b", "B");
  checkLogSize(config, maxRaftState);
  onCutOff?.();

  cluster.partition([0, 2], [1]);
  const second = config.makeClerk([0, 2]);
  await second.put("c", "C");
  await second.put("d", "D");
  await second.check("a", "A");
  await second.check("b", "B");
  await second.check("1", "1");
  await second.check("49", "49");

  cluster.partition([0, 1, 2], []);
  await clerk.put("e", "E");
  await clerk.check("c", "C");
  await clerk.check("e", "E");
  await clerk.check("1", "1");
}

/** The same, where the server that was cut off can only be helped with a snapshot. */
export async function installSnapshotIndeed(config: KvConfig, maxRaftState: number): Promise<void> {
  const { cluster } = config;
  await installSnapshot(config, maxRaftState, () => {
    const needed = cluster.viewOf(2).log.lastIndex + 1;
    for (const server of [0, 1]) {
      const { lastIncludedIndex } = cluster.viewOf(server).log;
      if (lastIncludedIndex < needed) {
        throw new TestFailure(
          `server ${server} still has entry ${needed}, its log begins behind ${lastIncludedIndex}`,
        );
      }
    }
  });
  if (cluster.snapshotsDelivered(2) === 0) throw new TestFailure("no snapshot was delivered");
}

/** The snapshot of a small state is small, however many commands led to it. */
export async function snapshotSize(config: KvConfig, maxRaftState: number): Promise<void> {
  const clerk = config.makeClerk();
  for (let round = 0; round < 200; round++) {
    await clerk.put("x", "0");
    await clerk.check("x", "0");
    await clerk.put("x", "1");
    await clerk.check("x", "1");
  }
  checkLogSize(config, maxRaftState);
  checkSnapshotSize(config, SNAPSHOT_BYTES_MAX);
}
