/** A real master: the coordinator with its journal, on TCP, with the files of this machine. */

import type { Clock, Millis, Random } from "../../base/mod.ts";
import { type Address, HostFiles, type RpcLogEvent, RpcServer } from "../../host/mod.ts";
import { HttpServer } from "../../host/http_server.ts";
import type { JobDescription } from "../../mapreduce/coordinator_io.ts";
import type { CoordinatorNode } from "../../mapreduce/coordinator_node.ts";
import { startCoordinator } from "../../mapreduce/coordinator_start.ts";
import type { JobStatus, TaskStatus } from "../../mapreduce/coordinator_status.ts";
import { COORDINATOR_SERVICE, FILE_SERVICE, type TaskKind } from "../../mapreduce/messages.ts";
import { fileService } from "./file_service.ts";
import { OutputFolder } from "./output_folder.ts";
import { writeSkipReport } from "./skip_report.ts";
import { statusReply } from "./status_page.ts";
import { mapReduceRpc, Peers, type Streams } from "./wire.ts";
import { removeWorkerFolders } from "./worker_folder.ts";

/** What a master is made of. */
export interface MasterOptions {
  readonly job: JobDescription;
  /** The folder that relative names of input files are below, as an absolute path. */
  readonly inputFolder: string;
  /** The folder of the results, as an absolute path. */
  readonly outputFolder: string;
  /** Whether what another job has left in the folder of the results may go. */
  readonly force: boolean;
  /** Where workers find it; port 0 lets the system choose. */
  readonly listen: Address;
  /** Where the status page is, if there is to be one. */
  readonly admin?: Address | undefined;
  /** See `WorkerAddress.machineId`. */
  readonly machineId: string;
  readonly clock: Clock;
  readonly random: Random;
  /** How long to stay after the end, for workers that do not know yet. */
  readonly linger?: Millis;
  readonly log?: (event: RpcLogEvent) => void;
  readonly streams?: Streams;
}

/** What a job that was interrupted has done before. */
export interface Resumed {
  readonly mapsCompleted: number;
  readonly reducesCompleted: number;
}

/** A running master. */
export class Master {
  readonly #options: MasterOptions;
  readonly #files: HostFiles;
  readonly #output: OutputFolder;
  readonly #server: RpcServer;
  readonly #peers: Peers;
  readonly #node: CoordinatorNode;
  readonly #admin: HttpServer | undefined;
  /** What was done before, if this job was interrupted. */
  readonly resumed: Resumed | undefined;

  /**
   * Starts a job, or goes on with one that was interrupted.
   *
   * @throws {OutputRefusedError} If the folder of the results cannot be used as it is.
   * @throws If an address cannot be listened on, or the folder not be written to.
   */
  static async start(options: MasterOptions): Promise<Master> {
    const files = new HostFiles(options.inputFolder);
    const server = RpcServer.listen(options.listen, mapReduceRpc(options.streams, options.log));
    let output: OutputFolder | undefined;
    try {
      output = await OutputFolder.take(files, options.outputFolder);
      return await Master.#begin(options, files, server, output);
    } catch (error) {
      output?.release();
      await server.close();
      throw error;
    }
  }

  static async #begin(
    options: MasterOptions,
    files: HostFiles,
    server: RpcServer,
    output: OutputFolder,
  ): Promise<Master> {
    const { job, force, clock, random, inputFolder, outputFolder, machineId, linger } = options;
    const place = { machineId, inputFolder, outputFolder };
    const peers = new Peers(options);
    const { node, isResumed } = await output.begin(force, () =>
      startCoordinator({
        job,
        place,
        files,
        clock,
        random,
        connect: (worker) => peers.to(worker),
        ...(linger !== undefined && { linger }),
      }));
    const { map, reduce } = node.status();
    const resumed = isResumed
      ? { mapsCompleted: map.completed, reducesCompleted: reduce.completed }
      : undefined;
    const names = new Set(job.inputs.map(({ file }) => file));
    server.serve(COORDINATOR_SERVICE, node.handle);
    server.serve(FILE_SERVICE, fileService(files, (path) => names.has(path) ? path : undefined));
    return new Master({ options, files, output, server, peers, node, resumed });
  }

  private constructor(
    parts: {
      readonly options: MasterOptions;
      readonly files: HostFiles;
      readonly output: OutputFolder;
      readonly server: RpcServer;
      readonly peers: Peers;
      readonly node: CoordinatorNode;
      readonly resumed: Resumed | undefined;
    },
  ) {
    this.#options = parts.options;
    this.#files = parts.files;
    this.#output = parts.output;
    this.#server = parts.server;
    this.#peers = parts.peers;
    this.#node = parts.node;
    this.resumed = parts.resumed;
    const { admin } = this.#options;
    if (admin !== undefined) {
      this.#admin = HttpServer.listen(admin, (path) => statusReply(path, this));
    }
  }

  /** Where workers find it. */
  get address(): Address {
    return { hostname: this.#server.hostname, port: this.#server.port };
  }

  /** Where the status page is. */
  get adminAddress(): Address | undefined {
    return this.#admin && { hostname: this.#admin.hostname, port: this.#admin.port };
  }

  /** How the job stands. */
  status(): JobStatus {
    return this.#node.status();
  }

  /** Every task of a kind with its attempts. */
  tasks(kind: TaskKind): TaskStatus[] {
    return this.#node.tasks(kind);
  }

  /** Runs until the job is over and the workers know it. The result is the status of the end, `done` or `failed`. */
  async run(): Promise<JobStatus> {
    const status = await this.#node.done;
    await writeSkipReport(this.#files, this.#options.outputFolder, status);
    removeWorkerFolders(status, this.#options.machineId);
    return status;
  }

  /** The process of a worker has ended, as whoever started it has seen. */
  workerDied(workerId: string, how: string): void {
    this.#node.workerDied(workerId, how);
  }

  /** Ends the job as failed; the workers are told. */
  abort(cause: string): void {
    this.#node.abort(cause);
  }

  /**
   * Stops listening. A job that is not over can be gone on with as long as its journal is there: that stays if there
   * are results in the folder, or if any task is completed and the workers are `leftAlone` with what they have made. The result says whether
   * there is a job to go on with.
   */
  async close(leftAlone = false): Promise<boolean> {
    const { map, phase } = this.status();
    const keepJournal = leftAlone && map.completed > 0 && phase !== "failed";
    this.#node.stop();
    await this.#admin?.close();
    await this.#server.close();
    this.#peers.close();
    try {
      return await this.#output.tidy(keepJournal);
    } finally {
      this.#output.release();
    }
  }
}
