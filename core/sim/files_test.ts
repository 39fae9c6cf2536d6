import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { DiskError } from "./disk.ts";
import { MemoryFiles } from "./files.ts";
import { Simulation } from "./simulation.ts";

async function put(
  files: MemoryFiles,
  path: string,
  content: string,
  durable = false,
): Promise<void> {
  const writer = await files.create(path);
  await writer.write(new TextEncoder().encode(content));
  await writer.close(durable);
}

async function contentOf(files: MemoryFiles, path: string): Promise<string | undefined> {
  const size = await files.size(path);
  if (size === undefined) return undefined;
  return new TextDecoder().decode(await files.read(path, 0, size));
}

Deno.test("MemoryFiles.crash() keeps what is durable, under its new name as well", async () => {
  const files = new MemoryFiles();
  await put(files, "x/a", "kept", true);
  await put(files, "x/b", "renamed", true);
  await files.rename("x/b", "y/c");
  files.crash();
  assert.equal(await contentOf(files, "x/a"), "kept");
  assert.equal(await contentOf(files, "x/b"), undefined);
  assert.equal(await contentOf(files, "y/c"), "renamed");
});

Deno.test("MemoryFiles.crash() drops what is not durable: files, replacements, names, removals", async () => {
  const files = new MemoryFiles();
  await put(files, "replaced", "old", true);
  await put(files, "covered", "old", true);
  await put(files, "removed", "old", true);
  await put(files, "new", "new");
  await put(files, "replaced", "new");
  await files.rename("new", "covered");
  await files.remove("removed");
  await put(files, "unfinished", "new");
  const writer = await files.create("open");
  await writer.write(new Uint8Array(10));
  files.crash();
  assert.deepEqual(await files.list("/"), ["covered", "removed", "replaced"]);
  for (const path of ["replaced", "covered", "removed"]) {
    assert.equal(await contentOf(files, path), "old");
  }
});

Deno.test("MemoryFiles.crash() may keep any beginning of what is not durable", async () => {
  const seen = new Set<string | undefined>();
  for (let seed = 0n; seed < 200n; seed++) {
    const files = new MemoryFiles();
    await put(files, "a", "old", true);
    await put(files, "a", "0123");
    files.crash(new SeededRandom(seed));
    const content = await contentOf(files, "a");
    seen.add(content);
    files.crash();
    assert.equal(await contentOf(files, "a"), content);
  }
  assert.deepEqual([...seen].sort(), ["", "0", "01", "012", "0123", "old"]);
});

Deno.test("MemoryFiles never ends what began before a crash", async () => {
  const simulation = new Simulation({ seed: 1n, macrotask });
  await simulation.run(async () => {
    const files = new MemoryFiles({ simulation });
    const writer = await files.create("a");
    const ended: string[] = [];
    writer.write(new Uint8Array(1)).finally(() => ended.push("write"));
    files.size("a").finally(() => ended.push("size"));
    files.crash();
    writer.close(true).finally(() => ended.push("close"));
    await put(files, "b", "new life");
    await simulation.clock.sleep(ms(100));
    assert.deepEqual(ended, []);
    assert.deepEqual(await files.list("/"), ["b"]);
  });
});

Deno.test("MemoryFiles takes virtual time, the same for the same seed", async () => {
  const run = (seed: bigint) => {
    const simulation = new Simulation({ seed, macrotask });
    return simulation.run(async () => {
      const files = new MemoryFiles({
        simulation,
        name: "worker",
        delayMin: ms(1),
        delayMax: ms(2),
      });
      for (let i = 0; i < 10; i++) await put(files, `${i}`, "x");
      return simulation.clock.now();
    });
  };
  const time = await run(1n);
  assert.ok(time >= 30 && time <= 60, `${time} ms`);
  assert.equal(await run(1n), time);
  assert.notEqual(await run(2n), time);
});

Deno.test("MemoryFiles.failNext() makes exactly one operation fail", async () => {
  const files = new MemoryFiles();
  files.failNext(2);
  const writer = await files.create("a");
  await writer.write(new Uint8Array(1));
  await assert.rejects(writer.write(new Uint8Array(1)), (error) => {
    assert.ok(error instanceof DiskError);
    assert.equal(error.reason, "error");
    assert.match(error.message, /Cannot write "a": input\/output error/);
    return true;
  });
  await assert.rejects(writer.write(new Uint8Array(1)), /an earlier write failed/);
  await assert.rejects(writer.close(true), /Not all of it was written/);
  assert.equal(await files.size("a"), 1);
  files.crash();
  assert.equal(await files.size("a"), undefined);
});

Deno.test("MemoryFiles fails to write when it is full, and goes on when there is room", async () => {
  const files = new MemoryFiles({ capacity: 10 });
  await put(files, "a", "12345678");
  const writer = await files.create("b");
  await assert.rejects(writer.write(new Uint8Array(3)), (error) => {
    assert.ok(error instanceof DiskError && error.reason === "full");
    return true;
  });
  await writer.close(false);
  assert.equal(await files.size("b"), 2);
  await files.remove("a");
  await put(files, "c", "12345678");
  files.setCapacity(9);
  await assert.rejects(put(files, "d", "1"), DiskError);
});
