/** A simulated master process: journal, committer and coordinator, as the real one puts them together. */

import { FilesCommitter } from "../../core/mapreduce/coordinator_committer.ts";
import { CoordinatorNode } from "../../core/mapreduce/coordinator_node.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import { openJournal } from "../../core/mapreduce/journal.ts";
import { COORDINATOR_SERVICE } from "../../core/mapreduce/messages.ts";
import { SimServer } from "../../core/sim/mod.ts";
import { JobChecks } from "./sim_checks.ts";
import type { SimProcess } from "./sim_process.ts";
import { MASTER_PLACE, type SimWorld } from "./sim_world.ts";

/** One life of the master. */
export class SimMaster {
  readonly process: SimProcess;
  readonly #world: SimWorld;

  constructor(world: SimWorld) {
    this.#world = world;
    this.process = world.startProcess("master", 0);
  }

  /** Runs the job, from where the journal ends. Never resolves if the process dies. */
  async run(): Promise<JobStatus> {
    const { simulation, network, job } = this.#world;
    const { clock, files } = this.process;
    const newJobId = String(simulation.random.child("jobId").bits53());
    const journal = `${MASTER_PLACE.outputFolder}/mr-journal`;
    const recovered = await openJournal(files, journal, job, newJobId);
    const node = new CoordinatorNode({
      job,
      place: MASTER_PLACE,
      clock,
      recovered,
      committer: new FilesCommitter({
        files,
        place: MASTER_PLACE,
        connect: ({ workerId }) => this.#world.connect(this.process, workerId),
      }),
      observer: new JobChecks((error) => simulation.fail(error)),
      trace: simulation.trace,
    });
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
}
