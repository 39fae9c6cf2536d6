/**
 * Watches whether what groups owe comes about: if nothing hinders them, and for a long time nothing happens, somebody
 * does not do his part. A group is hindered if it has no majority of servers that hear each other. It looks when servers
 * do something anyway, so that watching is no event of its own.
 */

import { InvariantError } from "../../../core/base/errors.ts";
import type { Instant } from "../../../core/base/units.ts";
import type { RaftObserver } from "../../../core/raft/view.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { Group } from "../../../core/shardkv/mod.ts";
import { type Due, duesOf } from "./dues.ts";
import { dueInWords, overdueOf } from "./overdue.ts";
import { Offers } from "./offers.ts";

/** How long something may be owed while nobody is hindered, in milliseconds. */
export const OWED_MAX = 20_000;

/** How often it looks, in milliseconds, and for how much the time between two looks counts at most. */
const INTERVAL = 500;
const COUNTED_MAX = 2 * INTERVAL;

/** A cluster of servers, as far as it matters here. */
export interface WatchedCluster {
  /** Whether a majority of servers runs, and all that run hear each other. */
  readonly isUnhindered: boolean;
  /** How often that may have ended: what came and went between two looks counts as well. */
  readonly disturbances: number;
  /** The server that leads, by its place among the group's servers in configurations. */
  leader(): number | undefined;
}

/** What is watched. */
export interface Watched {
  /** The groups as they are on the servers that have got furthest. */
  readonly groups: () => readonly Group[];
  readonly newestNum: () => number;
  readonly clusterOf: (gid: Gid) => WatchedCluster | undefined;
  readonly ctrlers: () => WatchedCluster | undefined;
}

/** For how long something has been owed by those who could do it. */
interface Account {
  /** What is owed, and how often the two have been disturbed: if that changes, the time counts anew. */
  readonly state: string;
  span: number;
}

/** See the head of this file. */
export class ProgressWatch {
  readonly offers = new Offers();
  /** Is to be told of the steps of all servers of groups. */
  readonly observer: RaftObserver;
  readonly #watched: Watched;
  #accounts = new Map<string, Account>();
  #looked = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.observer = {
      onStart: () => {},
      onStep: (_raft, _input, _output, now) => {
        if (now - this.#looked >= INTERVAL) this.look(now);
      },
    };
  }

  /**
   * Looks at what is owed at this moment.
   *
   * @throws {InvariantError} If something has been owed for too long.
   */
  look(now: Instant): void {
    const counted = Math.min(now - this.#looked, COUNTED_MAX);
    this.#looked = now;
    const { groups, newestNum } = this.#watched;
    const accounts = new Map<string, Account>();
    for (const due of duesOf(groups(), newestNum())) {
      const name = nameOf(due);
      const before = this.#accounts.get(name);
      const state = `${due.state}, ${this.#disturbancesOf(due)}`;
      const goesOn = before?.state === state && this.#isUnhindered(due);
      if (!goesOn) this.#begin(due);
      const account = goesOn ? before : { state, span: 0 };
      if (goesOn) account.span += counted;
      accounts.set(name, account);
      if (account.span > OWED_MAX) this.#report(due, account.span);
    }
    this.#accounts = accounts;
  }

  /** What is owed as things stand, in words, with who is hindered. */
  owed(): string[] {
    const { groups, newestNum } = this.#watched;
    return duesOf(groups(), newestNum()).map((due) => {
      const hindered = this.#isUnhindered(due) ? "" : " (somebody has no majority)";
      return `${dueInWords(due)}${hindered}`;
    });
  }

  #isUnhindered(due: Due): boolean {
    return this.#partiesOf(due).every((cluster) => cluster?.isUnhindered === true);
  }

  #disturbancesOf(due: Due): number {
    return this.#partiesOf(due).reduce((sum, cluster) => sum + (cluster?.disturbances ?? 0), 0);
  }

  /** The group that owes something, and whom it needs for it. */
  #partiesOf(due: Due): readonly (WatchedCluster | undefined)[] {
    const { clusterOf, ctrlers } = this.#watched;
    return [clusterOf(due.gid), due.kind === "step" ? ctrlers() : clusterOf(due.to)];
  }

  #begin(due: Due): void {
    if (due.kind === "copies") this.offers.forget(due.gid, serversOf(due));
  }

  #report(due: Due, span: number): never {
    const group = this.#watched.groups().find(({ gid }) => gid === due.gid)!;
    const servers = due.kind === "copies" ? serversOf(due) : [];
    const offers = this.offers.of(due.gid, servers);
    const leads = due.kind === "copies" ? this.#watched.clusterOf(due.to)?.leader() : undefined;
    const leader = leads === undefined ? undefined : servers[leads];
    const overdue = { group, span, offers, leader, newestNum: this.#watched.newestNum() };
    const { property, detail } = overdueOf(due, overdue);
    throw new InvariantError(property, detail);
  }
}

function nameOf(due: Due): string {
  return due.kind === "step" ? `step ${due.gid}` : `copies ${due.gid} ${due.to}`;
}

function serversOf({ awaited, arrived }: Due & { kind: "copies" }): readonly string[] {
  return [...new Set([...awaited, ...arrived].flatMap(({ servers }) => servers))];
}
