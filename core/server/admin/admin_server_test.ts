import assert from "node:assert/strict";
import { silentLog } from "../../host/log.ts";
import type { DiskStatus, NodeStatus } from "../node/mod.ts";
import { type AdminSource, serveAdmin } from "./admin_server.ts";
import { CountedLog } from "./counted_log.ts";
import { gauge } from "./node_metrics.ts";

const DISK: DiskStatus = {
  condition: "ok",
  busyMs: 0,
  logBytes: 4096,
  batches: 7,
  syncs: 6,
  bytesWritten: 900,
};

const STATUS: NodeStatus = {
  id: 1,
  clusterId: "test",
  protocol: "dist824-test",
  address: "127.0.0.1:7824",
  uptimeMs: 61_500,
  role: "leader",
  term: 4,
  leaderId: 1,
  firstIndex: 1,
  lastIndex: 120,
  durableIndex: 119,
  commitIndex: 118,
  lastApplied: 117,
  abstains: false,
  disk: DISK,
  peers: [
    { id: 2, address: "127.0.0.1:7825", lastContactMs: 25, matchIndex: 115, lag: 5 },
    { id: 3, address: "127.0.0.1:7826" },
  ],
};

/** What is answered at `path` by a server with this source. */
async function get(path: string, source: Partial<AdminSource> = {}): Promise<Response> {
  const server = serveAdmin({ hostname: "127.0.0.1", port: 0 }, {
    status: () => STATUS,
    ...source,
  });
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return new Response(await response.text(), response);
  } finally {
    await server.close();
  }
}

Deno.test("/metrics has the figures of Raft, the log, the process and the service", async () => {
  const log = new CountedLog(silentLog);
  log.warn("peer dropped", { peer: "a" });
  log.warn("peer dropped", { peer: "b" });
  log.error("storage failed");
  log.info("not counted");
  const response = await get("/metrics", {
    metrics: () => [gauge("dist824_kv_keys", "Keys", 3), log.metric()],
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split("\n");
  for (
    const line of [
      "# TYPE dist824_raft_term gauge",
      "dist824_raft_term 4",
      "dist824_uptime_seconds 61.5",
      'dist824_raft_role{role="leader"} 1',
      'dist824_raft_role{role="follower"} 0',
      "dist824_raft_leader_known 1",
      "dist824_raft_commit_index 118",
      "dist824_raft_applied_index 117",
      'dist824_raft_peer_lag_entries{peer="2"} 5',
      'dist824_raft_peer_last_contact_seconds{peer="2"} 0.025',
      'dist824_wal_condition{condition="ok"} 1',
      "# TYPE dist824_wal_syncs_total counter",
      "dist824_wal_syncs_total 6",
      "dist824_wal_written_bytes_total 900",
      "dist824_kv_keys 3",
      'dist824_log_events_total{level="warn",event="peer dropped"} 2',
      'dist824_log_events_total{level="error",event="storage failed"} 1',
    ]
  ) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
  const of = (name: string) =>
    Number(lines.find((line) => line.startsWith(`${name} `))!.slice(name.length));
  assert.ok(of("process_resident_memory_bytes") > 10_000_000);
  assert.ok(of("process_cpu_seconds_total") > 0);
  assert.ok(!lines.some((line) => line.includes('peer="3"')));
});

Deno.test("/healthz says that the process is alive, whatever else is wrong", async () => {
  const response = await get("/healthz", {
    status: () => ({ ...STATUS, disk: { ...DISK, condition: "failed" } }),
  });
  assert.deepEqual([response.status, await response.text()], [200, "alive\n"]);
});

Deno.test("/readyz tells why a server is not ready", async () => {
  const { leaderId: _, ...leaderless } = STATUS;
  const cases: readonly (readonly [NodeStatus, number, string, RegExp])[] = [
    [STATUS, 200, "ready", /^Server 1 leads$/],
    [leaderless, 503, "leaderless", /knows no leader/],
    [{ ...STATUS, lastIndex: 20_000 }, 503, "lagging", /not applied 19883 entries/],
    [{ ...STATUS, abstains: true }, 503, "ending", /about to end/],
    [
      { ...leaderless, abstains: true, disk: { ...DISK, condition: "full", error: "no space" } },
      503,
      "disk",
      /^The disk is full: no space$/,
    ],
    [{ ...STATUS, disk: { ...DISK, condition: "stalled" } }, 503, "disk", /^The disk is stalled$/],
  ];
  for (const [status, code, reason, detail] of cases) {
    const response = await get("/readyz", { status: () => status });
    const body = await response.json();
    assert.equal(response.status, code, reason);
    assert.equal(body.ready, code === 200);
    assert.equal(body.reason, reason);
    assert.match(body.detail, detail);
  }
});

Deno.test("/status has everything as JSON, and what is unknown is 404", async () => {
  assert.deepEqual(await (await get("/status?pretty")).json(), STATUS);
  assert.match(await (await get("/")).text(), /^\/metrics .*\n\/healthz /);
  assert.equal((await get("/nothing")).status, 404);
});
