import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { type Clock, logIndex, serverId, term } from "../../core/base/mod.ts";
import { HostDisk } from "../../core/host/disk.ts";
import { RealClock } from "../../core/host/clock.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { Wal } from "../../core/host/wal/mod.ts";
import { memoryEnv } from "../memory_env.ts";
import { run } from "../mod.ts";

const SEGMENT = "segment-0000000001.wal";

function openWal(path: string, server = 1, clock: Clock = new RealClock()): Wal {
  const identity = { cluster: "test", server: serverId(server) };
  return new Wal({ disk: new HostDisk(path), clock, identity, segmentBytes: 4096 });
}

function persist(wal: Wal, batch: Parameters<Wal["persist"]>[0]): Promise<void> {
  return new Promise((resolve) => wal.persist(batch, resolve));
}

function close(wal: Wal): Promise<void> {
  return new Promise((resolve) => wal.close(resolve));
}

/** A log of 40 entries in several segments, with a snapshot up to the 10th. */
async function writeLog(path: string, server = 1): Promise<void> {
  const wal = openWal(path, server);
  await persist(wal, { hardState: { currentTerm: term(3), votedFor: serverId(2) } });
  for (let first = 1; first <= 40; first += 2) {
    const entries = [first, first + 1].map((index) => ({
      index: logIndex(index),
      term: term(index < 20 ? 2 : 3),
      kind: "command" as const,
      command: new TextEncoder().encode(`command ${index} ${"x".repeat(300)}`),
    }));
    await persist(wal, { entries });
  }
  const snapshot = {
    lastIncludedIndex: logIndex(10),
    lastIncludedTerm: term(2),
    data: new Uint8Array(5000),
  };
  await persist(wal, { snapshot });
  await close(wal);
}

async function withFolder(body: (folder: TemporaryFolder) => Promise<void>): Promise<void> {
  const folder = new TemporaryFolder("dist824-test-");
  try {
    await body(folder);
  } finally {
    await folder.remove();
  }
}

async function wal(...args: readonly string[]) {
  const env = memoryEnv();
  const code = await run(["wal", ...args], env);
  return { code, out: env.out(), err: env.err() };
}

/** The segments of a folder, the oldest first. */
function segments(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name)
    .filter((name) => name.startsWith("segment-")).sort();
}

/** Everything in a folder, to see that nothing was changed. */
function content(path: string): Map<string, string> {
  return new Map(
    [...Deno.readDirSync(path)].sort((a, b) => a.name < b.name ? -1 : 1).map(({ name }) => {
      const { mtime, size } = Deno.statSync(`${path}/${name}`);
      return [name, `${size} ${mtime?.getTime()} ${Deno.readFileSync(`${path}/${name}`).toHex()}`];
    }),
  );
}

/** Turns one bit of a file around. */
function flip(path: string, offset: number): void {
  const bytes = Deno.readFileSync(path);
  bytes[offset]! ^= 4;
  Deno.writeFileSync(path, bytes);
}

Deno.test("wal verify says that a good log is good, and changes nothing", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const before = content(path);
    const { code, out, err } = await wal("verify", path);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    const lines = out.trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, 4), [
      `log of server 1 of cluster "test", in ${path}`,
      "term 3, its vote is for server 2",
      "snapshot up to index 10 of term 2, 5,000 bytes",
      "entries 11 to 40",
    ]);
    assert.match(lines[4]!, /^good: \d+ records in \d segments$/);
    assert.deepEqual(content(path), before);
  }));

Deno.test("wal inspect shows segments, their entries and terms", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const { code, out } = await wal("inspect", path);
    assert.equal(code, 0);
    assert.match(out, /^segment +records +entries +terms +used +of$/m);
    for (const name of segments(path)) {
      assert.match(out, new RegExp(`^${name} +\\d+ +\\d+–\\d+ +[23](–3)? +[\\d,]+ +4,096$`, "m"));
    }
    assert.match(out, /^snapshot-0000000001\.snap, 5,\d+ bytes$/m);
    const json = JSON.parse((await wal("inspect", path, "--json")).out);
    assert.deepEqual([json.cluster, json.server, json.inUse], ["test", 1, false]);
    assert.equal(json.log.term, 3);
    assert.equal(json.log.lastIndex, 40);
    assert.deepEqual(json.log.snapshot, {
      lastIncludedIndex: 10,
      lastIncludedTerm: 2,
      bytes: 5000,
    });
    assert.equal(json.segments.at(-1).entries.last, 40);
  }));

Deno.test("wal inspect --entries lists what is behind the snapshot", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const lines = (await wal("inspect", path, "--entries")).out.trimEnd().split("\n");
    assert.equal(lines.length, 31);
    assert.match(lines[1]!, /^ +11 +2 {2}command 11 x+… \(311 bytes\)$/);
    const objects = (await wal("inspect", path, "--entries", "--json")).out.trimEnd().split("\n");
    assert.deepEqual(objects.map((line) => JSON.parse(line).index).at(-1), 40);
  }));

Deno.test("wal verify reports a torn tail, which is no damage", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const last = segments(path).at(-1)!;
    const file = `${path}/${last}`;
    const { report: whole } = JSON.parse((await wal("inspect", path, "--json")).out).segments.at(
      -1,
    );
    assert.equal(whole, undefined);
    const { usedBytes } = JSON.parse((await wal("inspect", path, "--json")).out).segments.at(-1);
    // What a crash leaves of a record whose end never reached the disk.
    const bytes = Deno.readFileSync(file);
    bytes.fill(0xee, usedBytes, usedBytes + 16);
    Deno.writeFileSync(file, bytes);
    const { code, out } = await wal("verify", path);
    assert.equal(code, 0, out);
    assert.match(
      out,
      new RegExp(
        `^torn tail: 16 bytes in ${last} from byte ${usedBytes} on: a write that a crash`,
        "m",
      ),
    );
    assert.match(out, /^good: /m);
  }));

Deno.test("wal verify finds a flipped bit wherever it is, with file, offset and advice", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const [first] = segments(path);
    for (const offset of [3, 30, 500, 2000]) {
      flip(`${path}/${first}`, offset);
      const { code, out, err } = await wal("verify", path);
      assert.deepEqual({ code, out }, { code: 1, out: "" }, `byte ${offset}`);
      assert.match(
        err,
        new RegExp(`${first} is damaged at byte \\d+: .*Nothing was changed.*put back`),
      );
      const json = JSON.parse((await wal("verify", path, "--json")).out);
      assert.equal(json.problem.reason, "damaged");
      assert.equal(json.problem.file, first);
      assert.ok(json.problem.offset <= offset);
      flip(`${path}/${first}`, offset);
    }
    assert.equal((await wal("verify", path)).code, 0);
  }));

Deno.test("wal inspect shows what can be read of a damaged log, and fails", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const [first, second] = segments(path);
    flip(`${path}/${first}`, 500);
    const { code, out, err } = await wal("inspect", path);
    assert.equal(code, 1);
    assert.match(out, new RegExp(`^${first} .* damaged at byte \\d+: `, "m"));
    assert.match(out, new RegExp(`^${second} .*4,096$`, "m"));
    assert.match(err, /^dist824 wal inspect: Cannot open the log in /);
  }));

Deno.test("wal verify finds a snapshot or a segment that is damaged or missing", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const snapshot = `${path}/snapshot-0000000001.snap`;
    flip(snapshot, 3000);
    assert.match((await wal("verify", path)).err, /snapshot-0000000001\.snap is damaged at byte/);
    Deno.removeSync(snapshot);
    assert.match((await wal("verify", path)).err, /snapshot-0000000001\.snap is missing/);
    Deno.removeSync(`${path}/${segments(path)[1]}`);
    assert.equal((await wal("verify", path)).code, 1);
  }));

Deno.test("wal verify refuses a folder with files of another server", () =>
  withFolder(async (folder) => {
    const [own, other] = [folder.file("own"), folder.file("other")];
    await writeLog(own);
    await writeLog(other, 2);
    const name = segments(own)[0]!;
    copyFileSync(`${other}/${name}`, `${own}/${name}`);
    const { code, err } = await wal("verify", own);
    assert.equal(code, 1);
    assert.match(
      err,
      new RegExp(`${name} belongs to server 2 of cluster "test", this is server 1`),
    );
  }));

Deno.test("wal verify says when there is no log, and where there are some", () =>
  withFolder(async (folder) => {
    const text = (line: string) => `dist824 wal verify: ${line}\n`;
    assert.deepEqual(await wal("verify", folder.path), {
      code: 1,
      out: "",
      err: text(`there is no log in ${folder.path}`),
    });
    Deno.writeTextFileSync(folder.file("notes.txt"), "not a log");
    await writeLog(folder.file("server-1"));
    assert.equal(
      (await wal("verify", folder.path)).err,
      text(`there is no log in ${folder.path}; there are some in ${folder.file("server-1")}`),
    );
    assert.equal(
      (await wal("verify", folder.file("absent"))).err,
      text(`there is no folder ${folder.file("absent")}`),
    );
    const both = await wal("verify", folder.file("server-1"), folder.file("server-1"), "--json");
    assert.equal(both.out.trimEnd().split("\n").length, 2);
  }));

Deno.test("wal verify and inspect read the log of a running server, and say so", () =>
  withFolder(async ({ path }) => {
    await writeLog(path);
    const running = openWal(path);
    running.load();
    const { code, out } = await wal("verify", path);
    assert.equal(code, 0);
    assert.match(out, /^log of server 1 .*; a running server uses it\n/);
    assert.equal(JSON.parse((await wal("inspect", path, "--json")).out).inUse, true);
    await persist(running, { hardState: { currentTerm: term(9), votedFor: undefined } });
    assert.match((await wal("verify", path)).out, /^term 9, no vote in it$/m);
    await close(running);
    assert.ok(!(await wal("verify", path)).out.includes("running"));
  }));

Deno.test("wal inspect shows an empty log", () =>
  withFolder(async ({ path }) => {
    await close(openWal(path));
    const { code, out } = await wal("inspect", path);
    assert.equal(code, 0);
    assert.match(out, /^no term yet\nno entries behind index 0\n/m);
    assert.match(out, new RegExp(`^${SEGMENT} +\\d +\\d+ +4,096$`, "m"));
  }));
