/** A whole run: the store is started, clients work, faults come and go, and at the end everything is looked at. */

import type { Random } from "../../core/base/mod.ts";
import {
  checkHistory,
  type HistoryReport,
  kvModel,
  type KvOperation,
} from "../../core/check/mod.ts";
import { Availability } from "./availability.ts";
import type { FaultKind, Round } from "./faults.ts";
import { type Fault, inject } from "./injector.ts";
import { Load, type LoadCounts, sectionsOf } from "./load.ts";
import type { LinkCounts } from "./network/link.ts";
import { schedule } from "./schedule.ts";
import type { ReplicaState, Store } from "./store.ts";

/** What is played. */
export interface CampaignOptions {
  readonly store: Store;
  readonly random: Random;
  readonly faults: readonly FaultKind[];
  readonly clients: number;
  readonly keys: number;
  /** No round begins after so many milliseconds, and none after so many rounds. */
  readonly duration: number;
  readonly rounds: number;
  /** Steps of the checker for each key. */
  readonly budget: number;
  readonly now: () => number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Is told of every round when it is over. */
  readonly onRound: (round: PlayedRound) => void;
  readonly onPhase: (what: string) => void;
  /** Violations that the servers' keeper sees. */
  readonly violations: string[];
}

/** What came of a round. */
export interface PlayedRound {
  readonly round: Round;
  readonly what: string;
  /** Something that went on beside it. */
  readonly beside: string | undefined;
  readonly durationMs: number;
  readonly operations: number;
  /** The longest time without a success from the fault on; from its end on, where nobody could have served before. */
  readonly unavailableMs: number;
  readonly stopsGroup: boolean;
  /** How long it took to take the fault away: where servers were killed, until the last one said that it serves. */
  readonly healMs: number;
}

/** What came of all. */
export interface CampaignReport {
  readonly rounds: readonly PlayedRound[];
  readonly counts: LoadCounts;
  readonly messages: LinkCounts;
  readonly durationMs: number;
  readonly operations: readonly KvOperation[];
  readonly history: HistoryReport;
  /** What must not be: empty if all is well. */
  readonly violations: readonly string[];
  /** What could not be found out. */
  readonly doubts: readonly string[];
  readonly wasInterrupted: boolean;
}

/** Who is not back after so long, in milliseconds, does not make progress. */
const BACK_MS = 30_000;
/** How long replicas may take to be equal, and keys to be read. */
const REST_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** See the head of this file. */
export class Campaign {
  readonly #options: CampaignOptions;
  readonly #availability: Availability;
  readonly #load: Load;
  readonly #violations: string[];
  readonly #doubts: string[] = [];
  readonly #rounds: PlayedRound[] = [];

  constructor(options: CampaignOptions) {
    const { store, random, clients, keys, now, violations } = options;
    this.#options = options;
    this.#violations = violations;
    this.#availability = new Availability(sectionsOf(store, keys), now);
    this.#load = new Load({
      store,
      clients,
      keys,
      random: random.child("load"),
      now,
      availability: this.#availability,
      onAbsurd: (input, text) =>
        this.#violate(`an answer that makes no sense to ${JSON.stringify(input)}: ${text}`),
    });
  }

  /** Plays it. The servers run already. */
  async play(): Promise<CampaignReport> {
    const { onPhase, now, store, budget, signal } = this.#options;
    await store.prepare();
    this.#load.start();
    const begun = now();
    if (!await this.#availability.back(BACK_MS, signal) && !signal.aborted) {
      this.#violate(`nothing was served within ${BACK_MS / 1000} s of the start`);
    }
    await this.#playRounds(begun + this.#options.duration);
    const durationMs = now() - begun;
    const wasInterrupted = signal.aborted;
    onPhase(
      wasInterrupted ? "interrupted: looking at what there is" : "healed: looking at everything",
    );
    await this.#heal();
    if (!wasInterrupted && !await this.#load.everyoneProgresses(BACK_MS)) {
      this.#violate(
        `not every client made progress within ${BACK_MS / 1000} s after the last fault`,
      );
    }
    await this.#load.stop();
    if (!wasInterrupted) await this.#lookAtTheEnd();
    const operations = this.#load.recorder.operations();
    onPhase(`checking ${operations.length} operations`);
    const history = checkHistory(kvModel, operations, { stepsMax: budget });
    if (history.verdict === "illegal") {
      const keys = history.parts.filter(({ verdict }) => verdict === "illegal");
      this.#violate(
        `the history is not linearizable: ${keys.map(({ partition }) => partition).join(", ")}`,
      );
    } else if (history.verdict === "unknown") {
      this.#doubts.push("the checker's budget was spent before it knew");
    }
    return {
      rounds: this.#rounds,
      counts: this.#load.counts,
      messages: store.network.counts(),
      durationMs,
      operations,
      history,
      violations: this.#violations,
      doubts: this.#doubts,
      wasInterrupted,
    };
  }

  async #playRounds(deadline: number): Promise<void> {
    const { random, faults, store, now, signal, onRound } = this.#options;
    const groups = store.groups.map(({ length }) => length);
    const rounds = schedule({ random: random.child("schedule"), faults, groups });
    for (const round of rounds.take(this.#options.rounds)) {
      if (now() >= deadline || signal.aborted || this.#violations.length > 0) return;
      const played = await this.#playRound(round, random.child(`fault/${round.number}`));
      this.#rounds.push(played);
      onRound(played);
    }
  }

  async #playRound(round: Round, random: Random): Promise<PlayedRound> {
    const { store, now, signal } = this.#options;
    await pause(round.calmMs, signal);
    const begun = now();
    const returned = this.#load.counts.returned;
    const beside = store.beside?.(random.child("beside"));
    let watch = this.#availability.watch();
    const fault = await inject(store, round, random);
    await pause(round.holdMs, signal);
    if (fault.stopsGroup) {
      watch.end();
      watch = this.#availability.watch();
    }
    const healing = now();
    await this.#end(fault);
    const healMs = now() - healing;
    if (!await this.#availability.back(BACK_MS, signal) && !signal.aborted) {
      this.#violate(`round ${round.number}, ${fault.what}: not back ${BACK_MS / 1000} s after it`);
    }
    const unavailableMs = watch.end();
    const { what, stopsGroup } = fault;
    return {
      round,
      what,
      beside: await beside,
      stopsGroup,
      healMs,
      unavailableMs,
      durationMs: now() - begun,
      operations: this.#load.counts.returned - returned,
    };
  }

  async #end(fault: Fault): Promise<void> {
    try {
      await fault.end();
    } catch (error) {
      this.#violate(`after ${fault.what}: ${(error as Error).message}`);
    }
  }

  /** Everybody runs, hears everybody, and has no trouble. Rounds do so themselves; this is for those that broke off. */
  async #heal(): Promise<void> {
    const { store } = this.#options;
    store.network.clear();
    await Promise.all(
      store.groups.flat().map(async (server) => {
        await server.thaw();
        server.trouble({ isDiskFull: false });
        await server.start().catch((error) => this.#violate((error as Error).message));
      }),
    );
  }

  async #lookAtTheEnd(): Promise<void> {
    const { store } = this.#options;
    if (!await this.#load.readAll(REST_MS)) {
      this.#violate(`not every key could be read within ${REST_MS / 1000} s after the last fault`);
    }
    const differences = await Promise.all(store.groups.map((_, i) => this.#difference(i)));
    for (const difference of differences) if (difference !== undefined) this.#violate(difference);
  }

  /** Waits until all replicas of a group have applied as much, and says how they differ, if they do. */
  async #difference(group: number): Promise<string | undefined> {
    const { store, now } = this.#options;
    const deadline = now() + REST_MS;
    for (;;) {
      const states = await store.states(group);
      const known = states.filter((state): state is ReplicaState => state !== undefined);
      const isComplete = known.length === states.length;
      if (isComplete && new Set(known.map(({ lastApplied }) => lastApplied)).size === 1) {
        if (new Set(known.map(({ contents }) => contents)).size === 1) return undefined;
        return `replicas differ: ${known.map(stateText).join(", ")}`;
      }
      if (now() > deadline) {
        return `replicas have not applied the same after ${REST_MS / 1000} s: ${
          known.map(stateText).join(", ")
        }`;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #violate(what: string): void {
    this.#violations.push(what);
  }
}

function stateText({ server, lastApplied, contents }: ReplicaState): string {
  return `${server} at ${lastApplied}: ${contents}`;
}

function pause(span: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, span);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
