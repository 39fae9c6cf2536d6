import assert from "node:assert/strict";
import { type LogEntry, logIndex, SeededRandom, serverId, term } from "../../core/base/mod.ts";
import { HostDisk, RealClock, Wal } from "../../core/host/mod.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { tearLastWrite } from "./torn_write.ts";

const IDENTITY = { cluster: "c", server: serverId(1) };

function open(path: string): Wal {
  return new Wal({
    disk: new HostDisk(path),
    clock: new RealClock(),
    identity: IDENTITY,
    segmentBytes: 256 * 1024,
  });
}

async function closed(wal: Wal): Promise<void> {
  await new Promise<void>((resolve) => wal.close(resolve));
}

function entry(index: number): LogEntry {
  const command = new TextEncoder().encode(`command ${index} `.repeat(20));
  return { index: logIndex(index), term: term(1), kind: "command", command };
}

Deno.test("tearLastWrite() leaves what recovery cuts off, and nothing that was written is lost", async () => {
  for (let seed = 1n; seed <= 12n; seed++) {
    const folder = new TemporaryFolder("dist824-torn-");
    try {
      const wal = open(folder.path);
      wal.load();
      const entries = Array.from({ length: 30 }, (_, i) => entry(i + 1));
      for (const each of entries) {
        await new Promise<void>((durable) => wal.persist({ entries: [each] }, durable));
      }
      await closed(wal);
      for (let life = 1; life <= 3; life++) {
        const torn = tearLastWrite(folder.path, new SeededRandom(seed).child(`${life}`));
        assert.ok(torn > 0);
        const again = open(folder.path);
        assert.deepEqual(again.load().entries, entries, `seed ${seed}, life ${life}`);
        await closed(again);
      }
    } finally {
      await folder.remove();
    }
  }
});
