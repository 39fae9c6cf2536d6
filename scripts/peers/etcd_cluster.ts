/** Three members of etcd on this machine, in a folder of their own. */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free_port.ts";

const MEMBERS = [1, 2, 3];
const READY_ATTEMPTS = 100;

/** A running cluster. */
export interface EtcdCluster {
  /** Where clients connect, one port for each member. */
  readonly ports: readonly number[];
  /** Of the member that leads. */
  readonly leaderPort: number;
  stop(): Promise<void>;
}

/** Starts a cluster with etcd's own defaults. Resolves when it has a leader. */
export async function startEtcd(folder: string): Promise<EtcdCluster> {
  const clientPorts = MEMBERS.map(freePort);
  const peerPorts = MEMBERS.map(freePort);
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const cluster = MEMBERS.map((id, at) => `m${id}=${url(peerPorts[at]!)}`).join(",");
  const children = MEMBERS.map((id, at) =>
    new Deno.Command("etcd", {
      args: [
        ...["--name", `m${id}`, "--data-dir", join(folder, `m${id}`)],
        ...["--listen-client-urls", url(clientPorts[at]!)],
        ...["--advertise-client-urls", url(clientPorts[at]!)],
        ...["--listen-peer-urls", url(peerPorts[at]!)],
        ...["--initial-advertise-peer-urls", url(peerPorts[at]!)],
        ...["--initial-cluster", cluster, "--log-level", "error"],
      ],
      stdout: "null",
      stderr: "null",
    }).spawn()
  );
  const stop = async () => {
    for (const child of children) child.kill("SIGTERM");
    await Promise.all(children.map(({ status }) => status));
  };
  const leaderPort = await leaderOf(clientPorts);
  if (leaderPort === undefined) {
    await stop();
    throw new Error("etcd did not elect a leader");
  }
  return { ports: clientPorts, leaderPort, stop };
}

async function leaderOf(ports: readonly number[]): Promise<number | undefined> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    await sleep(100);
    for (const port of ports) if (await leads(port)) return port;
  }
  return undefined;
}

async function leads(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/v3/maintenance/status`, {
      method: "POST",
      body: "{}",
    });
    const { leader, header } = await reply.json();
    return leader !== undefined && leader === header.member_id;
  } catch {
    return false;
  }
}
