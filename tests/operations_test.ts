/** A local cluster as those see it who run one: over TLS, watched over HTTP, with a process killed, ended in good order. */

import assert from "node:assert/strict";
import { memoryEnv } from "../cmd/memory_env.ts";
import { run } from "../cmd/mod.ts";
import { selfCommand } from "../core/host/self_command.ts";
import { TalkingChild } from "../core/host/talking_child.ts";
import { TemporaryFolder } from "../core/host/temporary_folder.ts";
import { isProcessAlive } from "../core/host/this_process.ts";

const FOLDER = new URL("../fixtures/tls/", import.meta.url).pathname;

/** The options for a certificate of `fixtures/tls`, and the CA to believe. */
function tls(name: string, ca = "ca"): string[] {
  return [
    ...["--tls-cert", `${FOLDER}${name}.pem`],
    ...["--tls-key", `${FOLDER}${name}.key`],
    ...["--tls-ca", `${FOLDER}${ca}.pem`],
  ];
}

/** `dist824 raft serve`, as a process, with everything that it says. */
class Cluster {
  readonly #child: TalkingChild;
  readonly #said: string[] = [];

  constructor(args: readonly string[]) {
    const command = selfCommand(["raft", "serve", ...args]);
    this.#child = new TalkingChild(command, (_, line) => this.#said.push(line));
  }

  /** Waits until `count` lines match, and returns what the last of them has in brackets. */
  async line(pattern: RegExp, count = 1): Promise<string> {
    for (;;) {
      const found = this.#said.flatMap((line) => pattern.exec(line)?.[1] ?? []);
      if (found.length >= count) return found.at(-1)!;
      await pause();
    }
  }

  async end(): Promise<{ readonly code: number; readonly pids: readonly number[] }> {
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.ended;
    const pids = this.#said.flatMap((line) => /: process (\d+)$/.exec(line)?.[1] ?? []);
    return { code, pids: pids.map(Number) };
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

/** Waits until a server is there, and ready. */
async function untilReady(url: string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${url}/readyz`);
      await response.body?.cancel();
      if (response.status === 200) return;
      assert.equal(response.status, 503);
    } catch (error) {
      // Nobody listens there, or not any more.
      if (!(error instanceof TypeError)) throw error;
    }
    await pause();
  }
}

async function raft(...args: readonly string[]): Promise<number> {
  return await run(["raft", ...args], memoryEnv());
}

Deno.test("operations: a local cluster over TLS is served, watched, killed in part, and ended", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const cluster = new Cluster(["--port", "0", "--data", folder.path, ...tls("node")]);
  const servers = ["--servers", await cluster.line(/raft status --servers (\S+)$/)];
  const url = await cluster.line(/server-1 .*(http:.*)\/status$/);
  await untilReady(url);

  assert.equal(await raft("propose", "hello", ...servers, ...tls("node")), 0);
  assert.equal(await raft("status", ...servers, ...tls("node")), 0);
  assert.equal(await raft("propose", "no TLS", "--patience", "1", ...servers), 1);
  const stranger = tls("stranger", "other-ca");
  assert.equal(await raft("propose", "stranger", "--patience", "1", ...servers, ...stranger), 1);

  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^dist824_raft_commit_index [1-9]/m);
  assert.match(metrics, /^dist824_log_events_total\{level="warn",event="peer dropped"\} [1-9]/m);
  const { commands } = await (await fetch(`${url}/status`)).json();
  assert.equal(commands, 1, "only the one with a certificate of the CA got in");

  const pid = Number(await cluster.line(/^server-1: process (\d+)$/));
  Deno.kill(pid, "SIGKILL");
  await cluster.line(/^server-1 was ended by (SIGKILL)/);
  assert.notEqual(Number(await cluster.line(/^server-1: process (\d+)$/, 2)), pid);
  await untilReady(url);
  assert.equal(await raft("propose", "again", ...servers, ...tls("node")), 0);

  const { code, pids } = await cluster.end();
  assert.equal(code, 0);
  assert.equal(pids.length, 4);
  assert.ok(pids.every((each) => !isProcessAlive(each)));
  await folder.remove();
});
