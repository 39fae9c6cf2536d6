/** Carries faults out on a store, and takes them away again. */

import type { Random } from "../../core/base/mod.ts";
import type { ChaosServer } from "./chaos_server.ts";
import type { FaultKind, Round } from "./faults.ts";
import type { LinkConditions } from "./network/link.ts";
import { OUTSIDE } from "./network/network.ts";
import type { Store } from "./store.ts";
import { tearLastWrite } from "./torn_write.ts";

/** A fault under way. */
export interface Fault {
  /** What was done, for people: `kill server-2 (leader)`. */
  readonly what: string;
  /** Whether so many servers are out of action that the group cannot serve until it is taken away. */
  readonly stopsGroup: boolean;
  /** Takes it away. */
  end(): Promise<void>;
}

/** How many milliseconds lie between two cuts of all connections. */
const CUT_EVERY_MS = 150;

/** Kinds that keep their victims from doing their part. */
const STOPPING: ReadonlySet<FaultKind> = new Set([
  "kill",
  "freeze",
  "torn-write",
  "partition",
  "one-way",
  "disk-full",
]);

/** Begins the fault of a round. `random` is for what happens while it lasts. */
export async function inject(store: Store, round: Round, random: Random): Promise<Fault> {
  const group = store.groups[round.group]!;
  const leader = await leaderOf(group);
  const victims = chosen(round, group, leader);
  const names = victims.map((server) =>
    server === leader ? `${server.name} (leader)` : server.name
  );
  const what = [round.kind, ...names].join(" ");
  const stopsGroup = STOPPING.has(round.kind) && victims.length > (group.length - 1) >> 1;
  const end = await begin(store, round, { group, victims, random });
  return { what, stopsGroup, end };
}

/** The server that leads a group, as the newest term has it. */
export async function leaderOf(group: readonly ChaosServer[]): Promise<ChaosServer | undefined> {
  const statuses = await Promise.all(group.map((server) => server.status()));
  const leading = group.flatMap((server, i) => {
    const status = statuses[i];
    return status?.role === "leader" ? [{ server, term: status.term }] : [];
  });
  return leading.sort((a, b) => b.term - a.term)[0]?.server;
}

function chosen(
  { victims }: Round,
  group: readonly ChaosServer[],
  leader: ChaosServer | undefined,
): ChaosServer[] {
  const left = [...group];
  return victims.map((victim) => {
    const place = victim === "leader" ? left.indexOf(leader ?? left[0]!) : victim;
    return left.splice(place, 1)[0]!;
  });
}

interface Scene {
  readonly group: readonly ChaosServer[];
  readonly victims: readonly ChaosServer[];
  readonly random: Random;
}

/** Begins it, and returns how to end it. */
async function begin(store: Store, round: Round, scene: Scene): Promise<() => Promise<void>> {
  const { victims, random } = scene;
  const { degree } = round;
  switch (round.kind) {
    case "kill":
      await Promise.all(victims.map((server) => server.kill()));
      return () => startAll(victims);
    case "torn-write":
      await Promise.all(victims.map((server) => server.kill()));
      return () => {
        for (const { name, folder } of victims) tearLastWrite(folder, random.child(name));
        return startAll(victims);
      };
    case "freeze":
      for (const server of victims) server.freeze();
      return async () => {
        await Promise.all(victims.map((server) => server.thaw()));
      };
    case "partition":
      return split(store, round, scene, ["from", "to"]);
    case "one-way":
      return split(store, round, scene, [degree % 2 === 0 ? "from" : "to"]);
    case "delay":
      return disturb(store, scene, { delay: [0, Math.ceil(degree * 1.5)], reorders: true });
    case "loss":
      return disturb(store, scene, { lossPerMille: degree * 3 });
    case "duplicate":
      return disturb(store, scene, { duplicatesPerMille: degree * 5 });
    case "cut":
      return cutAgainAndAgain(store, scene);
    case "disk-full":
      for (const server of victims) server.trouble({ isDiskFull: true });
      return () => {
        for (const server of victims) server.trouble({ isDiskFull: false });
        return Promise.resolve();
      };
    case "clock-jump":
      for (const server of victims) server.jump(degree * 100);
      return () => Promise.resolve();
  }
}

async function startAll(servers: readonly ChaosServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.start()));
}

/** Cuts the victims off from everybody else, in the directions given, as seen from them. */
function split(
  { network }: Store,
  { variant }: Round,
  { group, victims }: Scene,
  directions: readonly ("from" | "to")[],
): () => Promise<void> {
  const others = [
    OUTSIDE,
    ...group.filter((server) => !victims.includes(server)).map(({ name }) => name),
  ];
  const ways = victims.flatMap(({ name }) =>
    others.flatMap((other) =>
      directions.map((direction) =>
        direction === "from" ? [name, other] as const : [other, name] as const
      )
    )
  );
  for (const [from, to] of ways) network.set(from, to, { isBlocked: true });
  return () => {
    // What was sent meanwhile arrives late, or is gone with its connection.
    if (variant === 1) { for (const [from, to] of ways) network.cut(from, to); }
    for (const [from, to] of ways) network.set(from, to, { isBlocked: false });
    return Promise.resolve();
  };
}

/** Makes all ways within the group bad, and those from and to the outside. */
function disturb(
  { network }: Store,
  { group }: Scene,
  conditions: Partial<LinkConditions>,
): () => Promise<void> {
  for (const [from, to] of waysOf(group)) network.set(from, to, conditions);
  return () => {
    network.clear();
    return Promise.resolve();
  };
}

function cutAgainAndAgain({ network }: Store, { group, random }: Scene): () => Promise<void> {
  const ways = waysOf(group);
  const timer = setInterval(() => {
    for (const [from, to] of ways) if (random.chance(1, 2)) network.cut(from, to);
  }, CUT_EVERY_MS);
  return () => {
    clearInterval(timer);
    return Promise.resolve();
  };
}

function waysOf(group: readonly ChaosServer[]): (readonly [string, string])[] {
  const names = [OUTSIDE, ...group.map(({ name }) => name)];
  return names.flatMap((from) =>
    names.filter((to) => to !== from).map((to) => [from, to] as const)
  );
}
