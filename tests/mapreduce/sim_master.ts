/** A simulated master process: journal, committer and coordinator, as the real one puts them together. */

import { JOURNAL_NAME, startCoordinator } from "../../core/mapreduce/coordinator_start.ts";
import type { CoordinatorNode } from "../../core/mapreduce/coordinator_node.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import { COORDINATOR_SERVICE } from "../../core/mapreduce/messages.ts";
import { SimServer } from "../../core/sim/mod.ts";
import { MistakenCoordinator } from "../bugs/mistaken_coordinator.ts";
import { JobChecks } from "./checks/mod.ts";
import type { SimProcess } from "./sim_process.ts";
import { MASTER_PLACE, type SimWorld } from "./sim_world.ts";

/** One life of the master. */
export class SimMaster {
  readonly process: SimProcess;
  readonly #world: SimWorld;
  #node: CoordinatorNode | undefined;

  constructor(world: SimWorld) {
    this.#world = world;
    this.process = world.startProcess("master", 0);
  }

  /** Runs the job, from where the journal ends. Never resolves if the process dies. */
  async run(): Promise<JobStatus> {
    const { simulation, network, job, mistake } = this.#world;
    const { clock, files } = this.process;
    const names = await files.list(MASTER_PLACE.outputFolder);
    const { finalStatus } = this.#world;
    // A folder with results and without a journal: there is nothing left to do.
    if (finalStatus !== undefined && !names.some((name) => name.startsWith(JOURNAL_NAME))) {
      return finalStatus;
    }
    const { node } = await startCoordinator({
      job,
      place: MASTER_PLACE,
      files,
      clock,
      random: simulation.random.child(`master/${clock.now()}`),
      connect: ({ workerId }) => this.#world.connect(this.process, workerId),
      ...(mistake?.master && {
        makeCoordinator: (setup, now) => new MistakenCoordinator(mistake.master!, setup, now),
      }),
      observer: new JobChecks({
        fail: (error) => simulation.fail(error),
        onFinished: (status) => this.#world.finalStatus = status,
        others: [this.#world.finalNames],
      }),
      trace: simulation.trace,
    });
    this.#node = node;
    const server = new SimServer();
    server.addService(COORDINATOR_SERVICE, (request, reply) => {
      this.process.run(() =>
        node.handle(request, (answer) => {
          if (this.process.alive) reply(answer);
        })
      );
    });
    network.addServer("master", server);
    return await node.done;
  }
  /** Somebody has seen a worker die. */
  workerDied(workerId: string): void {
    this.process.run(() => this.#node?.workerDied(workerId, "was killed"));
  }
}
