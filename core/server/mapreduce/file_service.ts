/** The file service: pieces of files, for those who cannot read this machine's disk. */

import { DamagedDataError } from "../../base/errors.ts";
import type { Files, RequestHandler } from "../../base/ports.ts";
import type { FetchReply, FetchRequest } from "../../mapreduce/messages.ts";
import { decodeFetchRequest, encodeFetchReply } from "../../mapreduce/messages_fetch_codec.ts";

/** No more than this is sent at a time, whatever was asked for. */
const PIECE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Returns a handler that serves files. `locate` turns the path of a request into a path for `files`, or into
 * `undefined` where there is nothing that anybody may have: what comes over the wire is not to be trusted.
 */
export function fileService(
  files: Pick<Files, "size" | "read">,
  locate: (path: string) => string | undefined,
): RequestHandler {
  return (data, reply) => {
    const request = decode(data);
    if (request === undefined) return;
    readPiece(files, locate(request.path), request).then((piece) => {
      reply(encodeFetchReply(piece));
    });
  };
}

async function readPiece(
  files: Pick<Files, "size" | "read">,
  path: string | undefined,
  { offset, length }: FetchRequest,
): Promise<FetchReply> {
  if (path === undefined) return undefined;
  try {
    if (await files.size(path) === undefined) return undefined;
    return await files.read(path, offset, Math.min(length, PIECE_BYTES_MAX));
  } catch {
    // What cannot be read is as good as gone to whoever asks.
    return undefined;
  }
}

function decode(data: Uint8Array): FetchRequest | undefined {
  try {
    return decodeFetchRequest(data);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}

/** Returns the path of a file below `folder`, or `undefined` if `path` leads elsewhere. */
export function below(folder: string, path: string): string | undefined {
  const parts = path.split("/");
  const isPlain = parts.every((part) => /^[\w.-]+$/.test(part) && part !== "." && part !== "..");
  return isPlain ? `${folder}/${path}` : undefined;
}
