/**
 * A process that writes to the log in the folder of its first argument as fast as it can, until it is killed. It
 * prints what it may lose no more: the last index that is durable, and the last index of its snapshot.
 */

import { serverId } from "../../core/base/durable.ts";
import { RealClock } from "../../core/host/clock.ts";
import { HostDisk } from "../../core/host/disk.ts";
import { Wal } from "../../core/host/wal/mod.ts";
import { entries, snapshot } from "./model.ts";

/** How many batches wait at a time. */
const WAITING = 8;

const wal = new Wal({
  disk: new HostDisk(Deno.args[0]!),
  clock: new RealClock(),
  identity: { cluster: "kill", server: serverId(1) },
  segmentBytes: 20_000,
  compactsInBackground: Deno.args[1] === "background",
});
const { snapshot: found, entries: rest } = wal.load();
const encoder = new TextEncoder();
let last = rest.at(-1)?.index ?? found?.lastIncludedIndex ?? 0;
let snapshotIndex: number = found?.lastIncludedIndex ?? 0;
let count = 0;

function handOver(): void {
  const first = last + 1;
  last += 3;
  const end = last;
  wal.persist({ entries: entries(first, end, 1, first % 100) }, () => {
    Deno.stdout.writeSync(encoder.encode(`${end} ${snapshotIndex}\n`));
    handOver();
  });
  if (++count % 40 !== 0) return;
  const index = last - 50;
  if (index <= snapshotIndex) return;
  wal.persist({ snapshot: snapshot(index, 1, 5000) }, () => {
    if (Deno.args[1] !== "background") snapshotIndex = index;
  });
}

for (let i = 0; i < WAITING; i++) handOver();
