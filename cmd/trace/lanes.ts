/** Follows every server through a trace: whether it runs, its role, its term, its log, and whom it reaches. */

import type { TraceEvent } from "../../core/base/ports.ts";
import type { Cut, LaneRole, LogState, Span } from "./story.ts";

/** What is known of a server at the present event. */
interface Server {
  readonly lane: number;
  role: LaneRole;
  term: number;
  work: string | undefined;
  since: number;
  lastIndex: number;
  lastTerm: number;
  commitIndex: number;
  lastIncludedIndex: number;
  /** The servers that it has ways to, and which of them are open, by the name of the way. */
  readonly ways: Map<string, { readonly to: string; isOpen: boolean }>;
  cutSince: number | undefined;
}

/** See the head of this file. */
export class Lanes {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #servers = new Map<string, Server>();
  /** The lanes of those that have terms. */
  readonly #raftServers = new Set<number>();
  readonly #spans: Span[] = [];
  readonly #cuts: Cut[] = [];
  readonly #logs: LogState[] = [];

  /** The lane of that name; a new one, if nobody was called so before. */
  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#names.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }

  see(event: TraceEvent): void {
    if (event.topic === "map") this.#seeWork(event);
    if (event.server === undefined) return;
    const server = this.#server(String(event.server), event.at);
    if (event.term !== undefined && event.term > server.term) {
      this.#become(server, event.at, roleAfterNewTerm(server.role), event.term);
      this.#raftServers.add(server.lane);
    }
    this.#seeRole(server, event);
    this.#seeLog(server, event);
    this.#seeWays(server, event);
  }

  /** All that was seen, with what still lasted at the end. */
  finish(end: number): {
    readonly lanes: readonly string[];
    readonly spans: readonly Span[];
    readonly cuts: readonly Cut[];
    readonly logs: readonly LogState[];
  } {
    for (const server of this.#servers.values()) {
      this.#become(server, end, server.role, server.term);
      if (server.cutSince !== undefined) {
        this.#cuts.push({ lane: server.lane, from: server.cutSince, to: end });
      }
    }
    // Before its first term, a Raft server is a follower (Raft §5.2).
    const spans = this.#spans.map((span) =>
      span.role === "up" && this.#raftServers.has(span.lane)
        ? { ...span, role: "follower" as const }
        : span
    );
    return { lanes: this.#names, spans, cuts: this.#cuts, logs: this.#logs };
  }

  #server(name: string, at: number): Server {
    let server = this.#servers.get(name);
    if (server === undefined) {
      server = {
        lane: this.number(name),
        role: "down",
        term: 0,
        work: undefined,
        since: at,
        lastIndex: 0,
        lastTerm: 0,
        commitIndex: 0,
        lastIncludedIndex: 0,
        ways: new Map(),
        cutSince: undefined,
      };
      this.#servers.set(name, server);
    }
    return server;
  }

  #seeRole(server: Server, { at, what }: TraceEvent): void {
    switch (what) {
      case "adds server":
        return this.#become(server, at, "up", server.term);
      case "deletes server":
        server.commitIndex = server.lastIncludedIndex;
        return this.#become(server, at, "down", server.term);
      case "becomes leader":
        return this.#become(server, at, "leader", server.term);
      case "stands for election":
      case "asks for pre-votes":
        return this.#become(server, at, "candidate", server.term);
      case "steps down":
        return this.#become(server, at, "follower", server.term);
    }
  }

  /** A MapReduce master tells what its workers do. */
  #seeWork({ at, what, fields = {} }: TraceEvent): void {
    const server = this.#servers.get(String(fields["worker"]));
    if (server === undefined || server.role === "down" || fields["attempt"] === undefined) return;
    const { kind, task, attempt } = fields;
    const work = `${kind} ${task}, attempt ${attempt}`;
    if (what === "an attempt is handed out") this.#become(server, at, "working", 0, work);
    else if (work === server.work) this.#become(server, at, "up", 0);
  }

  #become(server: Server, at: number, role: LaneRole, term: number, work?: string): void {
    const { lane, since } = server;
    if (at > since) {
      this.#spans.push({
        ...{ lane, from: since, to: at, role: server.role, term: server.term },
        ...(server.work !== undefined && { work: server.work }),
      });
    }
    server.role = role;
    server.term = term;
    server.work = work;
    server.since = at;
  }

  #seeLog(server: Server, { at, what, fields = {} }: TraceEvent): void {
    const number = (name: string) => Number(fields[name] ?? 0);
    if (what === "appends") {
      server.lastIndex = number("lastIndex");
      server.lastTerm = number("lastTerm");
    } else if (what === "commits") {
      server.commitIndex = number("index");
    } else if (what === "compacts" || what === "installs") {
      server.lastIncludedIndex = number("lastIncludedIndex");
      server.commitIndex = Math.max(server.commitIndex, server.lastIncludedIndex);
      server.lastIndex = Math.max(server.lastIndex, server.lastIncludedIndex);
    } else if (what !== "deletes server") {
      return;
    }
    const { lane, lastIndex, lastTerm, commitIndex, lastIncludedIndex } = server;
    this.#logs.push({ lane, at, lastIndex, lastTerm, commitIndex, lastIncludedIndex });
  }

  #seeWays(server: Server, { at, what, fields = {}, server: name }: TraceEvent): void {
    if (what === "adds server") server.ways.clear();
    if (what !== "enables end" && what !== "disables end") return;
    const to = String(fields["to"]);
    if (to === String(name)) return;
    server.ways.set(String(fields["end"]), { to, isOpen: what === "enables end" });
    const isCut = [...server.ways.values()].every(({ isOpen }) => !isOpen);
    if (isCut) server.cutSince ??= at;
    else if (server.cutSince !== undefined) {
      this.#cuts.push({ lane: server.lane, from: server.cutSince, to: at });
      server.cutSince = undefined;
    }
  }
}

/** A server that hears of a higher term follows, unless it is the one that starts it. */
function roleAfterNewTerm(role: LaneRole): LaneRole {
  return role === "candidate" ? role : "follower";
}
