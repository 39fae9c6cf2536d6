/**
 * What all servers and clerks of one test share: the world, its network, the numbers that are printed, and the time
 * that the test may take.
 */

import type { Random, Timer } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import type { NetworkOptions, ServerName, SimEnd } from "../../../core/sim/network.ts";
import { TEST_DURATION_MAX } from "../harness/limits.ts";
import { randomText } from "../harness/random_text.ts";
import type { LabNetwork, World } from "../harness/world.ts";
import { TestFailure } from "../lab_test.ts";
import { Statistics } from "./statistics.ts";

const END_NAME_LENGTH = 20;

/**
 * How long a message is on its way in the simulator. Clerks do not pause between operations, so this is what bounds
 * their number: four of them make one operation, which then takes about as long as with the course's own programs.
 */
export const SERVICE_NETWORK: NetworkOptions = { latencyMin: ms(1), latencyMax: ms(7) };

/** Where a test of services is played. */
export class Stage {
  readonly world: World;
  readonly network: LabNetwork;
  readonly statistics: Statistics;
  /** The test's own draws. */
  readonly random: Random;
  /** The draws of what surrounds the test. */
  readonly harness: Random;
  readonly #limit: Timer;

  /**
   * Begins the time that the test may take. The network is reliable. If the time runs out, `underWay` says what clerks
   * still wait for.
   */
  constructor(
    world: World,
    network: Partial<NetworkOptions> = {},
    underWay: () => readonly string[] = () => [],
  ) {
    this.world = world;
    this.network = world.makeNetwork(network, SERVICE_NETWORK);
    this.statistics = new Statistics(world.clock, this.network);
    this.random = world.random.child("scenario");
    this.harness = world.random.child("harness");
    this.#limit = world.clock.after(
      ms(TEST_DURATION_MAX + 1),
      () => world.fail(tookTooLong(underWay())),
    );
  }

  /** Waits, in milliseconds. */
  sleep(span: number): Promise<void> {
    return this.world.clock.sleep(ms(this.world.interventions.wait(span)));
  }

  /** Runs `task` beside the test; if it fails, the test fails. Tasks that start together run in a random order. */
  spawn<T>(task: () => Promise<T>): Promise<T> {
    const delay = this.harness.below(100) / 1000;
    return this.world.spawn(async () => {
      await this.world.clock.sleep(ms(delay));
      return await task();
    });
  }

  /** Makes an end of a new name to a server, which need not exist yet. It is disabled. */
  makeEnd(to: ServerName, owner?: ServerName): SimEnd {
    const end = this.network.makeEnd(randomText(this.harness, END_NAME_LENGTH), owner);
    this.network.connect(end.name, to);
    return end;
  }

  /** Ends the time limit and the network. The servers must have been stopped. */
  close(): void {
    this.#limit.cancel();
    this.network.cleanup();
  }
}

function tookTooLong(underWay: readonly string[]): TestFailure {
  const lines = underWay.map((operation) => `under way: ${operation}`);
  return new TestFailure(["test took longer than 120 seconds", ...lines].join("\n"));
}
