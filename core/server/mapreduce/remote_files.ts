/** Files of other machines: input of the master's, intermediate files of workers'. */

import { FILE_SERVICE, type RpcCaller } from "../../mapreduce/messages.ts";
import type { InputFiles } from "../../mapreduce/local_files.ts";
import { decodeFetchReply, encodeFetchRequest } from "../../mapreduce/messages_fetch_codec.ts";
import { PIECE_DEADLINE } from "./wire.ts";

/** No more than this is asked for at a time. */
const PIECE_BYTES = 1024 * 1024;

/** Reads up to `length` bytes of a file, fewer than there are if `length` is large; `undefined` if there is no such file. */
export async function fetchPiece(
  caller: RpcCaller,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  const request = encodeFetchRequest({ path, offset, length });
  return decodeFetchReply(await caller.call(FILE_SERVICE, request, PIECE_DEADLINE));
}

/** The input files, as the master sends them. */
export class RemoteInputs implements InputFiles {
  readonly #master: RpcCaller;

  constructor(master: RpcCaller) {
    this.#master = master;
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const whole = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const wanted = Math.min(PIECE_BYTES, length - filled);
      const piece = await fetchPiece(this.#master, path, offset + filled, wanted);
      if (piece === undefined) throw new Error(`The master has no input file "${path}"`);
      whole.set(piece.subarray(0, wanted), filled);
      filled += piece.length;
      if (piece.length < wanted) break;
    }
    return whole.subarray(0, Math.min(filled, length));
  }
}
