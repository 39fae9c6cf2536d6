/** Gives the outputs of reduce attempts their final names, by rename; fetches them first where no disk is shared. */

import type { Files } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import type { CommitOrder, MasterPlace } from "./coordinator_io.ts";
import type { WorkerAddress } from "./job.ts";
import { FILE_SERVICE, type RpcCaller, TEMPORARY_PREFIX } from "./messages.ts";
import { decodeFetchReply, encodeFetchRequest } from "./messages_fetch_codec.ts";

/** How much of a file is asked for at a time. */
const PIECE_BYTES = 1024 * 1024;

/** A worker that does not send a piece within this time is taken to have lost the file. */
const PIECE_DEADLINE: Millis = ms(10_000);

/** What the name of a marked output folder is. */
const SUCCESS_FILE = "_SUCCESS";

/** Carries out commit orders. */
export interface OutputCommitter {
  /**
   * Gives an output its final name. Rejects {@linkcode OutputLostError} if it cannot be had; any other error means
   * that it cannot be written to its place.
   */
  commit(order: CommitOrder): Promise<void>;
  /** Marks the whole output as complete, and removes what attempts have left. */
  finish(): Promise<void>;
}

/** The output of an attempt is gone, or not what was reported. */
export class OutputLostError extends Error {
  override readonly name = "OutputLostError";
}

/** Returns the name of the result of a partition. */
export function outputName(partition: number): string {
  return `mr-out-${partition}`;
}

/** What a {@linkcode FilesCommitter} is made of. */
export interface FilesCommitterOptions {
  readonly files: Files;
  readonly place: MasterPlace;
  /** The way to a worker's file service. */
  readonly connect: (worker: WorkerAddress) => RpcCaller;
}

/** The committer for a folder of files. */
export class FilesCommitter implements OutputCommitter {
  readonly #files: Files;
  readonly #place: MasterPlace;
  readonly #connect: (worker: WorkerAddress) => RpcCaller;

  constructor(options: FilesCommitterOptions) {
    this.#files = options.files;
    this.#place = options.place;
    this.#connect = options.connect;
  }

  async commit(order: CommitOrder): Promise<void> {
    const { worker, result, task } = order;
    if (!isTemporaryName(result.outputFile)) {
      throw new OutputLostError(`No output is called ${JSON.stringify(result.outputFile)}`);
    }
    const source = worker.machineId === this.#place.machineId
      ? await this.#find(order)
      : await this.#fetch(order);
    await this.#files.rename(source, this.#path(outputName(task)));
  }

  async finish(): Promise<void> {
    for (const name of await this.#files.list(this.#place.outputFolder)) {
      if (isTemporaryName(name)) await this.#files.remove(this.#path(name));
    }
    const writer = await this.#files.create(this.#path(SUCCESS_FILE));
    await writer.close(true);
  }

  async #find({ result }: CommitOrder): Promise<string> {
    const path = this.#path(result.outputFile);
    checkSize(path, result.bytes, await this.#files.size(path));
    return path;
  }

  async #fetch({ result, task, attempt, worker }: CommitOrder): Promise<string> {
    const caller = this.#connect(worker);
    const path = this.#path(`${TEMPORARY_PREFIX}${task}-${attempt}-fetched`);
    const writer = await this.#files.create(path);
    let offset = 0;
    try {
      while (offset < result.bytes) {
        const length = Math.min(PIECE_BYTES, result.bytes - offset);
        const piece = await fetchPiece(caller, result.outputFile, offset, length);
        if (piece === undefined || piece.length === 0) break;
        await writer.write(piece);
        offset += piece.length;
      }
    } finally {
      await writer.close(offset === result.bytes);
    }
    checkSize(`${result.outputFile} of worker ${worker.workerId}`, result.bytes, offset);
    return path;
  }

  #path(name: string): string {
    return `${this.#place.outputFolder}/${name}`;
  }
}

async function fetchPiece(
  caller: RpcCaller,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  try {
    const request = encodeFetchRequest({ path, offset, length });
    return decodeFetchReply(await caller.call(FILE_SERVICE, request, PIECE_DEADLINE));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OutputLostError(`The output ${path} cannot be fetched: ${why}`, { cause });
  }
}

function checkSize(what: string, expected: number, found: number | undefined): void {
  if (found === expected) return;
  throw new OutputLostError(
    found === undefined
      ? `The output ${what} is gone`
      : `The output ${what} has ${found} bytes, ${expected} were reported`,
  );
}

/** Names come from workers: one that leads out of the folder is none. */
function isTemporaryName(name: string): boolean {
  return name.startsWith(TEMPORARY_PREFIX) && !name.includes("/") && !name.includes("\\");
}
