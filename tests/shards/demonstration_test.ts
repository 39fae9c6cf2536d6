/** `shardkv serve` as a person has it: a store of nine processes, of which one is killed. */

import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { memoryEnv } from "../../cmd/memory_env.ts";
import { run } from "../../cmd/mod.ts";
import { selfCommand } from "../../core/host/self_command.ts";
import { TalkingChild } from "../../core/host/talking_child.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { isProcessAlive } from "../../core/host/this_process.ts";

/** The processes, and what they say. */
class Demonstration {
  readonly #child: TalkingChild;
  readonly #said: string[] = [];

  constructor(dataFolder: string) {
    const args = ["shardkv", "serve", "--port", "0", "--data", dataFolder];
    this.#child = new TalkingChild(selfCommand(args), (_, line) => this.#said.push(line));
  }

  /** Waits for a line, and returns what it has in brackets. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      for (const line of this.#said) {
        const found = pattern.exec(line)?.[1];
        if (found !== undefined) return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async end(): Promise<{ readonly code: number; readonly pids: readonly number[] }> {
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.ended;
    const pids = this.#said.flatMap((line) => /: process (\d+)$/.exec(line)?.[1] ?? []);
    return { code, pids: pids.map(Number) };
  }
}

/** Runs a command of the program in this process; it must be good. Returns what it writes. */
async function dist824(...args: readonly string[]): Promise<string> {
  const env = memoryEnv();
  const code = await run(args, env);
  assert.equal(code, 0, `${args.join(" ")}: ${env.err()}`);
  return env.out();
}

/** Plays with the store as a Redis client of one of its servers. */
async function playRedis(port: number): Promise<void> {
  const redis = new Redis({ host: "127.0.0.1", port });
  const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`);
  // What was asked together is answered in order, though it goes to shards of two groups.
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.append(key, key).strlen(key);
  const answers = await pipeline.exec();
  assert.deepEqual(answers, keys.flatMap(({ length }) => [[null, length], [null, length]]));
  assert.equal(await redis.dbsize(), keys.length + 1);
  const found: string[] = [];
  for await (const some of redis.scanStream({ match: "key *", count: 7 })) found.push(...some);
  assert.deepEqual(found.sort(), keys.sort());
  assert.equal(await redis.mset("{a}1", "x", "{a}2", "y"), "OK");
  assert.deepEqual(await redis.mget("{a}1", "{a}2", "{a}3"), ["x", "y", null]);
  await assert.rejects(() => redis.mget(keys), /^ReplyError: CROSSSLOT Keys in request/);
  const ended = new Promise((resolve) => redis.once("end", resolve));
  redis.disconnect();
  await ended;
}

Deno.test("shardkv serve: a whole store on this machine, also when one of its processes is killed", async () => {
  const folder = new TemporaryFolder("dist824-demonstration-");
  const demonstration = new Demonstration(folder.path);
  try {
    const at = ["--ctrlers", await demonstration.line(/--ctrlers (\S+)/), "--patience", "60"];
    assert.equal(await dist824("shardkv", "put", "hello", "world", ...at), "OK\n");
    assert.match(
      await dist824("shardctrler", "query", ...at),
      /^configuration 1: 64 shards, 2 groups\n/,
    );
    assert.match(
      await dist824("shardctrler", "plan", "leave", "2", ...at),
      /^32 of 64 shards move:\n/,
    );
    await playRedis(Number(await demonstration.line(/redis-cli -p (\d+) /)));

    Deno.kill(Number(await demonstration.line(/group-1-server-1: process (\d+)$/)), "SIGKILL");
    assert.equal(await dist824("shardctrler", "leave", "2", ...at), "configuration 2\n");
    assert.equal(await dist824("shardkv", "append", "hello", " again", ...at), "11\n");
    assert.equal(await dist824("shardkv", "get", "hello", ...at), "world again");
    await demonstration.line(/group-1-server-1 (was killed|ended|.* it is started again)/);
  } finally {
    const { code, pids } = await demonstration.end();
    assert.equal(code, 0);
    assert.ok(pids.length >= 9);
    assert.deepEqual(pids.filter(isProcessAlive), []);
    await folder.remove();
  }
});
