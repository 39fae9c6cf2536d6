/** Real processes on real files, killed in the middle of their work again and again. */

import assert from "node:assert/strict";
import { serverId } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import { RealClock } from "../../core/host/clock.ts";
import { HostDisk } from "../../core/host/disk.ts";
import { Wal } from "../../core/host/wal/mod.ts";
import { entries } from "./model.ts";
import { report } from "./report.ts";

const ROUNDS = 6;
const CHILD = new URL("kill_child.ts", import.meta.url).pathname;

/** Lets a process write for a while, kills it, and returns the last line that it has printed whole. */
async function writeAndKill(folder: string, how: string, span: number): Promise<number[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", "--allow-write", CHILD, folder, how],
    stdout: "piped",
  }).spawn();
  let text = "";
  let kill: Promise<void> | undefined;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    kill ??= new RealClock().sleep(ms(span)).then(() => child.kill("SIGKILL"));
  }
  await kill;
  await child.status;
  return text.split("\n").at(-2)?.split(" ").map(Number) ?? [0, 0];
}

for (const how of ["in turn", "background"]) {
  Deno.test(`wal: a process that is killed loses nothing durable, snapshots ${how}`, async () => {
    const folder = await Deno.makeTempDir();
    let total = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const [durable = 0, snapshotIndex = 0] = await writeAndKill(folder, how, 20 + 17 * round);
        const wal = new Wal({
          disk: new HostDisk(folder),
          clock: new RealClock(),
          identity: { cluster: "kill", server: serverId(1) },
          segmentBytes: 20_000,
        });
        const recovered = wal.load();
        const base = recovered.snapshot?.lastIncludedIndex ?? 0;
        const last = recovered.entries.at(-1)?.index ?? base;
        assert.ok(durable > total, "the process went on from what was there");
        assert.ok(last >= durable, `${durable} was durable, the log ends at ${last}`);
        assert.ok(base >= snapshotIndex, `snapshot ${snapshotIndex} was durable, ${base} is there`);
        for (const entry of recovered.entries) {
          const first = entry.index - (entry.index - 1) % 3;
          assert.deepEqual(entry, entries(entry.index, entry.index, 1, first % 100)[0]);
        }
        total = last;
        await new Promise<void>((resolve) => wal.close(resolve));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    report(`${ROUNDS} kills, ${total} entries`);
  });
}
