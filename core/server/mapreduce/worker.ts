/** A real worker: the worker loop on TCP, with the files of this machine, and its file service. */

import type { Clock, Random } from "../../base/ports.ts";
import { type Address, HostFiles, macrotask, type RpcClient, RpcServer } from "../../host/mod.ts";
import type { TemporaryFolder } from "../../host/temporary_folder.ts";
import type { InputFiles } from "../../mapreduce/local_files.ts";
import { type Assignment, FILE_SERVICE, type Registered } from "../../mapreduce/messages.ts";
import { MEMORY_BYTES_DEFAULT } from "../../mapreduce/task_options.ts";
import type { WorkerOutcome, WorkerPatience } from "../../mapreduce/worker_link.ts";
import {
  type TaskControl,
  type TaskRunner,
  type WorkerEvent,
  WorkerLoop,
} from "../../mapreduce/worker_loop.ts";
import { below, fileService } from "./file_service.ts";
import type { LoadedApp } from "./load_app.ts";
import { fetchPiece, RemoteInputs } from "./remote_files.ts";
import { connect, mapReduceRpc, Peers, type Streams } from "./wire.ts";

/** What a worker is made of. */
export interface WorkerOptions {
  readonly app: LoadedApp;
  readonly master: Address;
  /** Where other workers and the master find its files; port 0 lets the system choose. */
  readonly listen: Address;
  /** Where it keeps its files. The caller removes it. */
  readonly folder: TemporaryFolder;
  /** Letters, digits and `-`: it becomes part of file names. */
  readonly workerId: string;
  /** See `WorkerAddress.machineId`. */
  readonly machineId: string;
  /** Where a person finds what the worker and its children wrote to stderr; may be empty. */
  readonly log: string;
  readonly patience?: Partial<WorkerPatience>;
  readonly clock: Clock;
  readonly random: Random;
  readonly streams?: Streams;
  readonly onEvent?: (event: WorkerEvent) => void;
  /** Is told of every error that ends an attempt, with all that the master is spared. */
  readonly onTaskError?: (assignment: Assignment, error: unknown) => void;
}

/** A running worker. */
export class Worker {
  readonly #server: RpcServer;
  readonly #master: RpcClient;
  readonly #peers: Peers;
  readonly #loop: WorkerLoop;
  /** Where the input is read; known once the master has said where it is. */
  #inputs: InputFiles;

  /** @throws If the address cannot be listened on. */
  constructor(options: WorkerOptions) {
    const { app, listen, folder, machineId, workerId, clock, random, streams } = options;
    const peers = { clock, random, ...(streams && { streams }) };
    const files = new HostFiles();
    this.#server = RpcServer.listen(listen, mapReduceRpc(streams));
    this.#server.serve(FILE_SERVICE, fileService(files, (path) => below(folder.path, path)));
    const { hostname, port } = this.#server;
    const address = { workerId, hostname, port, machineId, folder: folder.path };
    this.#master = connect(options.master, peers);
    this.#peers = new Peers(peers);
    this.#inputs = new RemoteInputs(this.#master);
    const runner = app.makeRunner({
      worker: address,
      files,
      inputs: { read: (path, offset, length) => this.#inputs.read(path, offset, length) },
      fetchPiece: (worker, path, offset, length) =>
        fetchPiece(this.#peers.to(worker), path, offset, length),
      breathe: macrotask,
      memoryBytes: MEMORY_BYTES_DEFAULT,
    });
    this.#loop = new WorkerLoop({
      address,
      app: app.info,
      log: options.log,
      master: this.#master,
      runner: tellErrors(runner, options.onTaskError ?? (() => {})),
      clock,
      random: random.child("pauses"),
      ...(options.patience && { patience: options.patience }),
      ...(options.onEvent && { onEvent: options.onEvent }),
      onRegistered: (registered) => this.#onRegistered(registered, machineId),
    });
  }

  /** Works until the job is over, the master is gone for good, or {@linkcode leave} is called. */
  run(): Promise<WorkerOutcome> {
    return this.#loop.run();
  }

  /** Drops what it is doing and tells the master. Its files will be gone. */
  leave(): void {
    this.#loop.leave(false);
  }

  /** Closes its connections. What it is still doing cannot be reported any more. */
  async close(): Promise<void> {
    this.#master.close();
    this.#peers.close();
    await this.#server.close();
  }

  #onRegistered(registered: Registered, machineId: string): void {
    this.#inputs = registered.machineId === machineId
      ? new HostFiles(registered.inputFolder)
      : new RemoteInputs(this.#master);
  }
}

/** The same runner, whose errors are told before the worker loop makes one line of them. */
function tellErrors(
  runner: TaskRunner,
  tell: (assignment: Assignment, error: unknown) => void,
): TaskRunner {
  const told = async <T>(work: Promise<T>, assignment: Assignment, { signal }: TaskControl) => {
    try {
      return await work;
    } catch (error) {
      if (!signal.aborted) tell(assignment, error);
      throw error;
    }
  };
  return {
    runMap: (assignment, control) => told(runner.runMap(assignment, control), assignment, control),
    runReduce: (assignment, control) =>
      told(runner.runReduce(assignment, control), assignment, control),
    discard: (result) => runner.discard(result),
  };
}
