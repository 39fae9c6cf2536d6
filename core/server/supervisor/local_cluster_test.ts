import assert from "node:assert/strict";
import { freePorts, isPortFree } from "../../host/free_ports.ts";
import { TemporaryFolder } from "../../host/temporary_folder.ts";
import { localCluster } from "./local_cluster.ts";
import { LocalClusterError } from "./plan_file.ts";

const MEMBERS = ["server-1", "server-2", "server-3"];

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof LocalClusterError, `${error}`);
    return error.message;
  }
  assert.fail("nothing was refused");
}

/** Three consecutive ports that nobody listens on. */
function freeRange(): number {
  for (;;) {
    const [first] = freePorts(1) as [number];
    if ([0, 1, 2].every((offset) => isPortFree(first + offset))) return first;
  }
}

Deno.test("localCluster() gives each member a folder, and a port of each kind", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const first = freeRange();
  const dataFolder = folder.file("deep/data");
  const cluster = localCluster({
    dataFolder,
    members: MEMBERS,
    ports: { peers: first, admin: "system" },
  });
  const [one, two] = cluster.members;
  assert.equal(one!.name, "server-1");
  assert.equal(two!.folder, `${dataFolder}/server-2`);
  assert.deepEqual(two!.addresses.peers, { hostname: "127.0.0.1", port: first + 1 });
  const admins = cluster.members.map(({ addresses }) => addresses.admin.port);
  assert.equal(new Set(admins).size, 3);
  assert.ok(admins.every((port) => isPortFree(port)));
  cluster.release();
  await folder.remove();
});

Deno.test("localCluster() is the same cluster the next time, at the same ports if they are free", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const wanted = {
    dataFolder: folder.path,
    members: MEMBERS,
    ports: { peers: "system" },
  } as const;
  const before = localCluster(wanted);
  before.release();
  const taken = Deno.listen(before.members[1]!.addresses.peers);
  const after = localCluster(wanted);
  after.release();
  taken.close();
  assert.equal(after.clusterId, before.clusterId);
  assert.deepEqual(after.members[0], before.members[0]);
  assert.notDeepEqual(after.members[1], before.members[1]);
  await folder.remove();
});

Deno.test("localCluster() names a port that is in use, and says what to do", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const first = freeRange();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: first + 1 });
  const wanted = { dataFolder: folder.path, members: MEMBERS, ports: { clients: first } };
  assert.equal(
    refusal(() => localCluster(wanted)),
    `Port ${first + 1}, wanted for the clients of server-2, is in use on 127.0.0.1: ` +
      "give another --port, or let the system pick free ones with --port 0",
  );
  taken.close();
  localCluster(wanted).release();
  assert.match(
    refusal(() => localCluster({ ...wanted, ports: { clients: 65_534 } })),
    /^Port 65536, wanted for the clients of server-3, is above the highest/,
  );
  await folder.remove();
});

Deno.test("localCluster() refuses a folder in use, of another cluster, or damaged", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const dataFolder = folder.path;
  const ports = { peers: "system" } as const;
  const running = localCluster({ dataFolder, members: MEMBERS, ports });
  assert.match(
    refusal(() => localCluster({ dataFolder, members: MEMBERS, ports })),
    /^A cluster is already running with the folder/,
  );
  running.release();
  assert.match(
    refusal(() => localCluster({ dataFolder, members: MEMBERS.slice(1), ports })),
    /is that of a cluster of 3 servers \(server-1, server-2, server-3\), not of 2/,
  );
  Deno.writeTextFileSync(folder.file("cluster.json"), '{"clusterId":');
  assert.match(
    refusal(() => localCluster({ dataFolder, members: MEMBERS, ports })),
    /cluster\.json is damaged: restore it, or give another folder$/,
  );
  await folder.remove();
});
