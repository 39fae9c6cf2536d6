/** A simulated worker process: the real loop, a file service, and a task runner that things happen to. */

import { ms } from "../../core/base/units.ts";
import type { WorkerAddress } from "../../core/mapreduce/job.ts";
import { FILE_SERVICE } from "../../core/mapreduce/messages.ts";
import { decodeFetchRequest, encodeFetchReply } from "../../core/mapreduce/messages_fetch_codec.ts";
import type { WorkerOutcome } from "../../core/mapreduce/worker_link.ts";
import { WorkerLoop } from "../../core/mapreduce/worker_loop.ts";
import { SimServer } from "../../core/sim/mod.ts";
import { SimAppRunner } from "./sim_app_runner.ts";
import { TaskFaults } from "./sim_faults.ts";
import type { SimProcess } from "./sim_process.ts";
import { SimRunner } from "./sim_runner.ts";
import type { SimWorld } from "./sim_world.ts";

/** A worker on one of the machines. */
export class SimWorker {
  readonly id: string;
  readonly process: SimProcess;
  readonly address: WorkerAddress;
  readonly #loop: WorkerLoop;

  constructor(world: SimWorld, id: string, machine: number) {
    const { simulation, network, profile, texts, app } = world;
    this.id = id;
    this.process = world.startProcess(id, machine);
    this.address = {
      workerId: id,
      hostname: id,
      port: 1,
      machineId: `machine-${machine}`,
      folder: `/tasks/${id}`,
    };
    const server = new SimServer();
    server.addService(FILE_SERVICE, (request, reply) => this.#onFetch(request, reply));
    network.addServer(id, server);
    this.#loop = new WorkerLoop({
      address: this.address,
      app,
      log: `/log/${id}`,
      master: world.connect(this.process, "master"),
      clock: this.process.clock,
      random: simulation.random.child(`worker/${id}`),
      patience: { firstContact: ms(30_000), callDeadline: ms(3000) },
      runner: new (profile.realRunner ? SimAppRunner : SimRunner)({
        process: this.process,
        address: this.address,
        texts,
        faults: new TaskFaults(world, this.process),
        connect: ({ workerId }) => world.connect(this.process, workerId),
        wholeFiles: profile.wholeFiles,
        badLines: profile.badLines,
      }),
    });
  }

  /** Works; never resolves if the process dies. */
  run(): Promise<WorkerOutcome> {
    return this.#loop.run();
  }

  leave(filesStay: boolean): void {
    this.#loop.leave(filesStay);
  }

  #onFetch(request: Uint8Array, reply: (reply: Uint8Array) => void): void {
    this.process.run(() => {
      const { path, offset, length } = decodeFetchRequest(request);
      this.process.files.read(`${this.address.folder}/${path}`, offset, length).then(
        (piece) => reply(encodeFetchReply(piece)),
        () => reply(encodeFetchReply(undefined)),
      );
    });
  }
}
