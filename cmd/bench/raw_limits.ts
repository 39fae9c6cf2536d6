/** What this machine can do at best, whatever the program: the figures that others are to be read beside. */

import { join } from "node:path";
import { closedLoop, type LoopFigures } from "./closed_loop.ts";

const RECORD_BYTES = 4096;
const FILE_BYTES = 16 * 1024 * 1024;
const MESSAGE_BYTES = 64;

/** How the limits are measured. */
export interface RawLimitsOptions {
  /** A folder on the disk in question. */
  readonly folder: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly now: () => number;
  readonly interrupted: AbortSignal;
}

/** The machine's limits. */
export interface RawLimits {
  /** Writes of 4 KiB into a file that has its size, each with an fdatasync, one after the other. */
  readonly fdatasync: LoopFigures;
  /** Messages of 64 bytes over a loopback socket and back, both ends in this process, one after the other. */
  readonly loopback: LoopFigures;
}

/** Measures the disk, then the network. */
export async function measureRawLimits(options: RawLimitsOptions): Promise<RawLimits> {
  return { fdatasync: await fdatasyncRate(options), loopback: await loopbackRate(options) };
}

async function fdatasyncRate(options: RawLimitsOptions): Promise<LoopFigures> {
  const path = join(options.folder, "fdatasync-limit");
  using file = await Deno.open(path, { create: true, write: true, read: true });
  try {
    await file.write(new Uint8Array(FILE_BYTES));
    await file.sync();
    const record = new Uint8Array(RECORD_BYTES).fill(1);
    let offset = 0;
    const writeOnce = async () => {
      await file.seek(offset, Deno.SeekMode.Start);
      await file.write(record);
      await file.syncData();
      offset = (offset + RECORD_BYTES) % FILE_BYTES;
    };
    return await closedLoop([writeOnce], { ...options, operationsPerCall: 1 });
  } finally {
    await Deno.remove(path);
  }
}

async function loopbackRate(options: RawLimitsOptions): Promise<LoopFigures> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const echoing = echoOnce(listener);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  conn.setNoDelay(true);
  const message = new Uint8Array(MESSAGE_BYTES);
  const reply = new Uint8Array(MESSAGE_BYTES);
  const roundTrip = async () => {
    await conn.write(message);
    for (let got = 0; got < MESSAGE_BYTES;) got += await conn.read(reply.subarray(got)) ?? 0;
  };
  try {
    return await closedLoop([roundTrip], { ...options, operationsPerCall: 1 });
  } finally {
    conn.close();
    await echoing;
  }
}

async function echoOnce(listener: Deno.TcpListener): Promise<void> {
  using conn = await listener.accept();
  conn.setNoDelay(true);
  const buffer = new Uint8Array(MESSAGE_BYTES);
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) return;
    await conn.write(buffer.subarray(0, length));
  }
}
