/**
 * Messages that come late, twice, or after others that were sent behind them, while the scenario of another test goes
 * on: what is said of a term or a log must not be believed when both have changed.
 */

import type { Config } from "../harness/config.ts";

/** How often the links change. */
const CHANGE_INTERVAL = 100;

/** How the links are. */
export interface Lateness {
  /** A slow link adds up to so much to each way, in milliseconds. */
  readonly extraMax: number;
  /** How long they are so, in milliseconds; then the network is as it was. */
  readonly span: number;
}

/** Plays `scenario` while one link in three is slow, each for a while, and one request in five arrives twice. */
export async function withLateMessages(
  config: Config,
  { extraMax, span }: Lateness,
  scenario: (config: Config) => Promise<void>,
): Promise<void> {
  const { n } = config;
  const random = config.world.random.child("late messages");
  const disturb = async () => {
    config.setDuplication(1, 5);
    for (let at = 0; at < span; at += CHANGE_INTERVAL) {
      eachLink(n, (from, to) => {
        config.setSlowLink(from, to, random.chance(1, 3) ? random.below(extraMax) : 0);
      });
      await config.sleep(CHANGE_INTERVAL);
    }
    config.setDuplication(0, 1);
    eachLink(n, (from, to) => config.setSlowLink(from, to, 0));
  };
  const disturbing = config.spawn(disturb);
  await scenario(config);
  await disturbing;
}

function eachLink(n: number, change: (from: number, to: number) => void): void {
  for (let from = 0; from < n; from++) {
    for (let to = 0; to < n; to++) change(from, to);
  }
}
