/** Opens a connection to a server and introduces this end. */

import { DamagedDataError } from "../../base/errors.ts";
import type { Clock } from "../../base/ports.ts";
import type { Address, ByteStream } from "./byte_stream.ts";
import { RpcError } from "./errors.ts";
import { FrameReader } from "./frame_reader.ts";
import { decodeRefusal, encodeHello, MessageKind } from "./messages.ts";
import type { ResolvedRpcOptions } from "./options.ts";
import { WriteQueue } from "./write_queue.ts";

/** A stream whose other end has agreed to talk. */
export interface Introduced {
  readonly stream: ByteStream;
  /** Holds what was received behind the welcome. */
  readonly reader: FrameReader;
}

/**
 * Opens a stream to `address` and resolves once the server has welcomed this end.
 *
 * @throws {RpcError} `unreachable` if it cannot be opened or says nothing sensible in time, `refused` if it says no,
 * `closed` if `signal` was aborted. All of them are definite.
 */
export async function openStream(
  address: Address,
  options: ResolvedRpcOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Introduced> {
  const late = new AbortController();
  const time = options.limits.handshakeTime;
  const timer = clock.after(time, () => late.abort(new Error(`No welcome within ${time} ms`)));
  const either = AbortSignal.any([signal, late.signal]);
  let stream: ByteStream | undefined;
  const close = () => stream?.close();
  try {
    stream = await options.dial(address, either);
    either.throwIfAborted();
    either.addEventListener("abort", close);
    return await introduce(stream, options);
  } catch (cause) {
    close();
    const reason = either.aborted ? either.reason : cause;
    if (reason instanceof RpcError) throw reason;
    const text = reason instanceof Error ? reason.message : String(reason);
    const where = `${address.hostname}:${address.port}`;
    throw new RpcError("unreachable", true, `Cannot connect to ${where}: ${text}`, {
      cause: reason,
    });
  } finally {
    either.removeEventListener("abort", close);
    timer.cancel();
  }
}

async function introduce(stream: ByteStream, options: ResolvedRpcOptions): Promise<Introduced> {
  const { hello, limits } = options;
  const reader = new FrameReader(stream, limits.handshakeBytesMax);
  const queue = new WriteQueue(stream, { onProgress() {}, onWriteFailed() {} });
  queue.push(encodeHello(hello));
  let answer = reader.take();
  while (answer === undefined) {
    if (!await reader.fill()) throw new Error("The peer closed the connection without an answer");
    answer = reader.take();
  }
  if (answer[0] === MessageKind.refusal) {
    throw new RpcError("refused", true, decodeRefusal(answer));
  }
  if (answer[0] !== MessageKind.welcome) {
    throw new DamagedDataError(`A welcome was expected, not kind ${answer[0]}`, 0);
  }
  reader.frameBytesMax = limits.frameBytesMax;
  return { stream, reader };
}
