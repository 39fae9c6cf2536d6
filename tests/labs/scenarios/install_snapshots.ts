/** Lab 2D: one server is away while the others compact what it has missed. */

import type { Config } from "../harness/config.ts";
import { RAFT_STATE_BYTES_MAX } from "../harness/limits.ts";
import { TestFailure } from "../lab_test.ts";

const ROUNDS = 30;

/** How a server goes away in each round. */
export type Absence = "none" | "disconnect" | "crash";

/** Thirty rounds; in two of three a follower is away, in the third the leader. */
export async function installSnapshots(config: Config, absence: Absence): Promise<void> {
  const { n, random } = config;
  await config.one(random.bits53(), n, true);
  let leader = await config.checkOneLeader();

  for (let round = 0; round < ROUNDS; round++) {
    const neighbour = (leader + 1) % n;
    const [sender, victim] = round % 3 === 1 ? [neighbour, leader] : [leader, neighbour];
    if (absence === "disconnect") config.disconnect(victim);
    if (absence === "crash") config.crash1(victim);
    if (absence !== "none") await config.one(random.bits53(), n - 1, true);

    // Enough for a snapshot, perhaps; if the sender does not lead, it refuses them.
    const commands = random.between(5, 14);
    for (let i = 0; i < commands; i++) config.start(sender, random.bits53());
    await config.one(random.bits53(), absence === "none" ? n : n - 1, true);

    const size = config.logSize();
    if (size >= RAFT_STATE_BYTES_MAX) throw new TestFailure(`log size too large: ${size} bytes`);

    if (absence === "none") continue;
    // A disconnected server goes on, a crashed one starts again from its disk.
    if (absence === "disconnect") config.connect(victim);
    else config.restart(victim);
    await config.one(random.bits53(), n, true);
    leader = await config.checkOneLeader();
  }
}
