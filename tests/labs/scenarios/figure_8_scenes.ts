/**
 * The paper's Figure 8, scene by scene: an entry of an older term is on a majority, and must not be regarded as committed
 * for that. The storm of `figure_8.ts` gets there by chance, and on a fast network hardly ever.
 */

import type { Command } from "../harness/codec.ts";
import type { Config } from "../harness/config.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import { TestFailure } from "../lab_test.ts";

/** Longer than a command takes to all servers that are connected. */
const SETTLE = 100;

/** Plays scenes (a) to (c), and then one of the two ends of the figure: (d) or (e). */
export async function figure8Scenes(config: Config): Promise<void> {
  const { n, random } = config;
  const [first, second] = [random.bits53(), random.bits53()];
  await config.one(random.bits53(), n, true);

  // (a) S1 leads, and has its entry 2 on S2 only.
  const s1 = await config.checkOneLeader();
  const s2 = (s1 + 1) % n;
  const others = [2, 3, 4].map((step) => (s1 + step) % n);
  for (const server of others) config.disconnect(server);
  propose(config, s1, first);
  await config.sleep(SETTLE);
  config.crash1(s1);
  config.disconnect(s2);

  // (b) S5 is elected by the others, takes another entry 2, and crashes with it.
  for (const server of others) config.connect(server);
  const s5 = await config.checkOneLeader();
  for (const server of others) config.disconnect(server);
  propose(config, s5, second);
  await config.sleep(SETTLE);
  config.crash1(s5);

  // (c) S1 or S2 is elected, and brings the first entry 2 to S3: it is on a majority, and not committed.
  const [s3, s4] = others.filter((server) => server !== s5) as [number, number];
  config.restart(s1);
  for (const server of [s2, s3]) config.connect(server);
  await config.checkOneLeader();
  await config.sleep(ELECTION_TIMEOUT);
  if (config.nCommitted(2).count > 0) {
    throw new TestFailure("an entry of an older term was committed by counting replicas");
  }

  if (random.chance(1, 2)) {
    // (d) S5 comes back and replaces it.
    for (const server of [s1, s2]) config.disconnect(server);
    config.restart(s5);
    config.connect(s4);
    await config.one(random.bits53(), 3, true);
    for (const server of [s1, s2]) config.connect(server);
    await expectSecondEntry(config, second);
  } else {
    // (e) An entry of the present term is committed, and the older one with it: S5 cannot win any more.
    await config.one(random.bits53(), 3, true);
    config.restart(s5);
    config.connect(s4);
    await expectSecondEntry(config, first);
  }
}

function propose(config: Config, leader: number, command: Command): void {
  const started = config.start(leader, command);
  if (started?.index !== 2) throw new TestFailure(`got index ${started?.index} but expected 2`);
}

async function expectSecondEntry(config: Config, expected: Command): Promise<void> {
  await config.one(config.random.bits53(), config.n, true);
  const command = await config.wait(2, config.n);
  if (command !== expected) throw new TestFailure(`entry 2 is ${command}, expected ${expected}`);
}
