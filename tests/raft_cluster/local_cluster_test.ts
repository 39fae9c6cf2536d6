/** `dist824 raft serve` as people start it: one process that keeps three others. */

import assert from "node:assert/strict";
import { memoryEnv } from "../../cmd/memory_env.ts";
import { run } from "../../cmd/mod.ts";
import { selfCommand } from "../../core/host/self_command.ts";
import { TalkingChild } from "../../core/host/talking_child.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { isProcessAlive } from "../../core/host/this_process.ts";
import { eventually } from "../node/_cluster.ts";

/** The program, and what it has said. */
class LocalCluster {
  readonly folder: TemporaryFolder = new TemporaryFolder("dist824-raft-local-");
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly child: TalkingChild;

  constructor() {
    const args = ["raft", "serve", "--port", "0", "--data", this.folder.file("data")];
    this.child = new TalkingChild(selfCommand(args), (stream, line) => {
      (stream === "stdout" ? this.out : this.err).push(line);
    });
  }

  /** The processes that it has started, in that order. */
  get pids(): number[] {
    return this.err.flatMap((line) => {
      const pid = /^server-\d: process (\d+)$/.exec(line)?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
  }

  /** Resolves the option that names its servers, once it is ready. */
  servers(): Promise<string[]> {
    return eventually(() => {
      const line = this.out.find((each) => each.includes("raft propose hello"));
      return line?.trim().split(" ").slice(-2);
    });
  }

  async propose(): Promise<number> {
    return await run(["raft", "propose", "x", ...await this.servers()], memoryEnv());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.ended;
    await eventually(() => !this.pids.some(isProcessAlive));
    await this.folder.remove();
  }
}

Deno.test("raft serve: a local cluster outlives the death of a server, and ends as a whole", async () => {
  await using cluster = new LocalCluster();
  assert.equal(await cluster.propose(), 0);
  assert.match(cluster.out[0]!, /^3 servers of a replicated log are ready, with their data in /);
  assert.equal(cluster.pids.length, 3);
  const [victim] = cluster.pids;
  Deno.kill(victim!, "SIGKILL");
  await eventually(() => !isProcessAlive(victim!));
  assert.equal(await cluster.propose(), 0);
  await eventually(() => cluster.pids.length === 4);
  assert(cluster.err.some((line) => /^server-1 was ended by SIGKILL; it is started/.test(line)));
  cluster.child.kill("SIGTERM");
  assert.equal((await cluster.child.ended).code, 0);
  assert(!cluster.pids.some(isProcessAlive), "no process is left");
});

Deno.test("raft serve: nothing is left of a local cluster whose first process was killed", async () => {
  await using cluster = new LocalCluster();
  await cluster.servers();
  cluster.child.kill("SIGKILL");
  await cluster.child.ended;
  assert.equal(cluster.pids.length, 3);
  await eventually(() => !cluster.pids.some(isProcessAlive));
});
