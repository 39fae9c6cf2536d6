/** Puts into words what a group has owed for too long: which rule it breaks, and what contradicts it. */

import type { Group } from "../../../core/shardkv/mod.ts";
import type { Due } from "./dues.ts";
import { awaitedBy, shardsInWords } from "./entry_place.ts";

/** What is known of something that has been owed for too long. */
export interface Overdue {
  /** Who owes it, as it is on the server that has got furthest. */
  readonly group: Group;
  /** For how long nobody was hindered and nothing happened, in milliseconds. */
  readonly span: number;
  /** How often it was offered to each server of the receiver in this time; those that were not asked are missing. */
  readonly offers: ReadonlyMap<string, number>;
  /** Who leads the receiver. */
  readonly leader: string | undefined;
  readonly newestNum: number;
}

/** A broken property, and the facts. */
export interface Broken {
  readonly property: string;
  readonly detail: string;
}

/** See the head of this file. */
export function overdueOf(due: Due, overdue: Overdue): Broken {
  if (due.kind === "step") return lateStep(due, overdue);
  return due.awaited.length === 0 ? lateDeletion(due, overdue) : lateShards(due, overdue);
}

/** Says what is owed. */
export function dueInWords(due: Due): string {
  if (due.kind === "step") {
    return `group ${due.gid} is to take the configuration behind ${due.num}`;
  }
  const { gid, to, awaited, arrived } = due;
  return awaited.length === 0
    ? `group ${gid} is to delete ${lostShards(arrived)}, which group ${to} has`
    : `group ${gid} is to hand ${lostShards(awaited)} on to group ${to}`;
}

function lateStep({ gid, num }: Due & { kind: "step" }, { span, newestNum }: Overdue): Broken {
  return {
    property: "AllGroupsFollow",
    detail: `group ${gid} has been at configuration ${num}, with all of its shards, and the ` +
      `controller at a newer one, for ${spanInWords(span)}; that is at ${newestNum} now`,
  };
}

function lateDeletion({ gid, to, arrived }: Due & { kind: "copies" }, { span }: Overdue): Broken {
  return {
    property: "CopiesAreDeleted",
    detail: `group ${gid} has kept its copies of ${lostShards(arrived)}, which have arrived in ` +
      `group ${to}, for ${spanInWords(span)}`,
  };
}

function lateShards({ gid, to, awaited }: Due & { kind: "copies" }, overdue: Overdue): Broken {
  const { group, span, offers } = overdue;
  const facts = `group ${gid} has kept ${lostShards(awaited)}, which group ${to} waits for, for ` +
    spanInWords(span);
  if (offers.size > 0) return lateThoughOffered(facts, awaited[0]!.servers, overdue);
  const own = awaitedBy(group);
  if (own !== undefined) {
    return {
      property: "GivesWhileItWaits",
      detail: `${facts}; it has sent nothing, and waits for ${own} itself`,
    };
  }
  const { gid: self, config: { num, groups } } = group;
  if (!groups.has(self)) {
    return {
      property: "GivesAfterItLeft",
      detail: `${facts}; it has sent nothing, and has left: the groups of configuration ${num} ` +
        `are ${[...groups.keys()].join(", ") || "none"}`,
    };
  }
  return { property: "HandsOnWhatItLost", detail: `${facts}; it has sent nothing` };
}

function lateThoughOffered(
  facts: string,
  servers: readonly string[],
  { offers, leader = "nobody" }: Overdue,
): Broken {
  const told = [...offers].map(([server, count]) => `${count} times to ${server}`).join(", ");
  return servers.every((server) => offers.has(server))
    ? { property: "HandsOnWhatItLost", detail: `${facts}; it has sent something ${told}` }
    : {
      property: "TriesAllServers",
      detail:
        `${facts}; it has sent something ${told}, and nothing to others; ${leader} leads there`,
    };
}

function spanInWords(span: number): string {
  return `${Math.round(span)} ms in which both had a majority`;
}

/** The shards of copies, with the configuration in which the first of them was lost. */
function lostShards(
  copies: readonly { readonly num: number; readonly shard: number }[],
): string {
  return `${shardsInWords(copies.map(({ shard }) => shard))} of configuration ${copies[0]!.num}`;
}
