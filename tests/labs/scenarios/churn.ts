/** Lab 2C: servers come and go while clients propose; nothing that was applied may disappear. */

import type { Config } from "../harness/config.ts";
import type { Random } from "../../../core/base/ports.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import { TestFailure } from "../lab_test.ts";

const CLIENTS = 3;
const ROUNDS = 20;

/** How long a client waits for its command, in steps. */
const PAUSES = [10, 20, 50, 100, 200];

/** Plays the storm, then looks for everything that the clients saw committed. */
export async function churn(config: Config): Promise<void> {
  const { n, random } = config;
  const clients = Array.from({ length: CLIENTS }, (_, number) => new Client(config, number));
  const finished = clients.map((client) => config.spawn(() => client.run()));

  await comeAndGo(config);
  await config.sleep(ELECTION_TIMEOUT);
  config.setUnreliable(false);
  for (let server = 0; server < n; server++) {
    if (!config.isUp(server)) config.start1(server);
    config.connect(server);
  }
  for (const client of clients) client.stop();
  await Promise.all(finished);
  await config.sleep(ELECTION_TIMEOUT);

  const last = await config.one(random.bits53(), n, true);
  const log = new Set<number>();
  for (let index = 1; index <= last; index++) {
    log.add(integer(await config.wait(index, n)));
  }
  for (const confirmed of clients.flatMap((client) => client.confirmed)) {
    if (!log.has(confirmed)) throw new TestFailure(`didn't find the value ${confirmed}`);
  }
}

async function comeAndGo(config: Config): Promise<void> {
  const { n, random } = config;
  for (let round = 0; round < ROUNDS; round++) {
    if (random.chance(1, 5)) config.disconnect(random.below(n));
    if (random.chance(1, 2)) {
      const server = random.below(n);
      if (!config.isUp(server)) config.start1(server);
      config.connect(server);
    }
    if (random.chance(1, 5)) {
      const server = random.below(n);
      if (config.isUp(server)) config.crash1(server);
    }
    await config.sleep(0.7 * ELECTION_TIMEOUT);
  }
}

/** Proposes one command after the other to whoever takes it, and remembers which ones were committed. */
class Client {
  readonly confirmed: number[] = [];
  readonly #config: Config;
  readonly #random: Random;
  readonly #retryPause: number;
  #stopped = false;

  constructor(config: Config, number: number) {
    this.#config = config;
    this.#random = config.world.random.child(`client/${number}`);
    this.#retryPause = 79 + 17 * number;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      const command = this.#random.bits53();
      const index = this.#propose(command);
      if (index === undefined) await this.#config.sleep(this.#retryPause);
      else await this.#waitFor(index, command);
    }
  }

  /** Proposes to every running server; the index of the last acceptance counts. */
  #propose(command: number): number | undefined {
    let index: number | undefined;
    for (let server = 0; server < this.#config.n; server++) {
      index = this.#config.start(server, command)?.index ?? index;
    }
    return index;
  }

  async #waitFor(index: number, command: number): Promise<void> {
    for (const pause of PAUSES) {
      const committed = this.#config.nCommitted(index);
      if (committed.count > 0) {
        if (integer(committed.command) === command) this.confirmed.push(command);
        return;
      }
      await this.#config.sleep(pause);
    }
  }
}

function integer(command: unknown): number {
  if (typeof command === "number") return command;
  throw new TestFailure(`wrong command type: ${command} is not an integer`);
}
