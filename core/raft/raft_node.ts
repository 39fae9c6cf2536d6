/**
 * Runs one Raft server against the ports: hands it what happens, and carries out what it answers, in the order
 * that {@linkcode Output} prescribes. All of Raft's I/O is in this file; none of its decisions are.
 */

import type { LogIndex, ServerId } from "../base/durable.ts";
import { DamagedDataError, invariant } from "../base/errors.ts";
import type { Clock, Random, Storage, Timer, Trace, Transport } from "../base/ports.ts";
import { between, type Instant } from "../base/units.ts";
import type {
  Applied,
  Input,
  OutgoingReply,
  OutgoingRequest,
  Output,
  PersistSequence,
  Proposed,
  ReadState,
} from "./io.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "./message_codec.ts";
import type { Reply, Request } from "./messages.ts";
import type { RaftOptions } from "./options.ts";
import { Raft } from "./raft.ts";
import type { RaftSetup } from "./state.ts";
import type { RaftObserver, RaftView } from "./view.ts";

/** The service under which servers reach each other's Raft. */
export const RAFT_SERVICE = "Raft";

/** What decides for a node: {@linkcode Raft}, or Raft with something put between it and the world. */
export type RaftMachine = Pick<Raft, "view" | "wakeAt" | "step">;

/** What a node is made of. */
export interface RaftNodeOptions {
  readonly id: ServerId;
  /** All servers of the cluster, in the same order everywhere. */
  readonly servers: readonly ServerId[];
  readonly options: RaftOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly storage: Storage;
  readonly trace?: Trace;
  readonly observer?: RaftObserver;
  /**
   * The state machine: called with each committed entry and each installed snapshot, strictly in order. It may call
   * the node back; what follows from that is carried out behind the present output.
   */
  readonly apply: (applied: Applied) => void;
  /** Called whenever all that was to be done is done: the state that {@linkcode RaftNode.view} shows is in effect. */
  readonly onCarriedOut?: () => void;
  /** Makes what decides; {@linkcode Raft} unless told. Tests put planted mistakes here. */
  readonly makeMachine?: (setup: RaftSetup, now: Instant) => RaftMachine;
}

/** Something that must not leave before a batch is durable. */
interface Waiting {
  readonly afterDurable: PersistSequence;
  readonly leave: () => void;
}

/** A running Raft server. */
export class RaftNode {
  readonly #raft: RaftMachine;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #storage: Storage;
  readonly #observer: RaftObserver | undefined;
  readonly #apply: (applied: Applied) => void;
  readonly #onCarriedOut: (() => void) | undefined;

  /** Outputs that are not carried out yet, oldest first. */
  readonly #outputs: Output[] = [];
  #carryingOut = false;
  #stopped = false;

  #durableSequence: PersistSequence = 0;
  readonly #waiting: Waiting[] = [];
  readonly #callers = new Map<number, (reply: Uint8Array) => void>();
  readonly #readers = new Map<number, (state: ReadState) => void>();
  #nextId = 1;

  /** When the server wants to be woken, and when it will be: perhaps too early, never too late. */
  #wakeAt: Instant;
  #timer: Timer | undefined;
  #timerDue: Instant | undefined;

  /** Restores what storage holds, and begins to serve. */
  constructor(options: RaftNodeOptions) {
    this.#clock = options.clock;
    this.#transport = options.transport;
    this.#storage = options.storage;
    this.#observer = options.observer;
    this.#apply = options.apply;
    this.#onCarriedOut = options.onCarriedOut;
    const now = this.#clock.now();
    const setup: RaftSetup = {
      id: options.id,
      servers: options.servers,
      options: options.options,
      random: options.random,
      recovered: options.storage.load(),
      ...(options.trace && { trace: options.trace }),
    };
    this.#raft = options.makeMachine?.(setup, now) ?? new Raft(setup, now);
    this.#observer?.onStart(this.view, now);
    this.#transport.serve(RAFT_SERVICE, (request, reply) => this.#onRequest(request, reply));
    this.#wakeAt = this.#raft.wakeAt;
    this.#armTimer();
  }

  /** The server's state. */
  get view(): RaftView {
    return this.#raft.view;
  }

  /**
   * Offers a command. Returns where it will stand in the log if it is committed, or `undefined` if this server does
   * not lead. The return of a place is no promise: only `apply` tells that the command is committed.
   */
  propose(command: Uint8Array): Proposed | undefined {
    if (this.#stopped) return undefined;
    return this.#step({ kind: "propose", command }).proposed;
  }

  /** Asks from which index on the state machine may answer a linearizable read (Raft §8). The answer may come within this call. */
  read(onRead: (state: ReadState) => void): void {
    if (this.#stopped) return;
    const readId = this.#nextId++;
    this.#readers.set(readId, onRead);
    this.#step({ kind: "read", readId });
  }

  /** Tells that `data` holds the state machine's state after applying `index`; the log may go up to there. */
  compact(index: LogIndex, data: Uint8Array): void {
    if (this.#stopped) return;
    this.#step({ kind: "compact", index, data });
  }

  /** Hands leadership to `to`, or to the most advanced follower. Nothing happens if this server does not lead. */
  transferLeadership(to?: ServerId): void {
    if (this.#stopped) return;
    this.#step({ kind: "transferLeadership", to });
  }

  /**
   * With `yes`, keeps this server from leading until it is told otherwise: a leader steps down. It still follows and
   * votes.
   */
  abstain(yes: boolean): void {
    if (this.#stopped) return;
    this.#step({ kind: "abstain", yes });
  }

  /** Ends everything. The node neither sends nor applies any more, and what it is asked to do it ignores. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#outputs.length = 0;
    this.#waiting.length = 0;
    this.#callers.clear();
    this.#readers.clear();
  }

  #step(input: Input): Output {
    invariant(!this.#stopped, "StoppedIsSilent", () => `a stopped server was given ${input.kind}`);
    const now = this.#clock.now();
    const output = this.#raft.step(input, now);
    this.#observer?.onStep(this.view, input, output, now);
    this.#wakeAt = output.wakeAt;
    this.#outputs.push(output);
    this.#carryOut();
    return output;
  }

  /** Carries outputs out one after the other; what they cause in turn waits behind them. */
  #carryOut(): void {
    if (this.#carryingOut) return;
    this.#carryingOut = true;
    try {
      while (this.#outputs.length > 0) {
        this.#carryOutOne(this.#outputs.shift()!);
        if (this.#stopped) return;
        if (this.#outputs.length === 0) this.#onCarriedOut?.();
      }
    } finally {
      this.#carryingOut = false;
    }
    if (!this.#stopped) this.#armTimer();
  }

  #carryOutOne(output: Output): void {
    this.#persist(output);
    if (this.#stopped) return;
    for (const request of output.requests) this.#whenDurable(request, () => this.#send(request));
    for (const reply of output.replies) this.#whenDurable(reply, () => this.#answer(reply));
    for (const applied of output.apply) if (!this.#stopped) this.#apply(applied);
    for (const read of output.reads) this.#answerRead(read);
  }

  #persist({ persist }: Output): void {
    if (persist === undefined) return;
    this.#storage.persist(persist, () => {
      if (this.#stopped) return;
      this.#durableSequence = persist.sequence;
      while (this.#waiting.length > 0 && this.#waiting[0]!.afterDurable <= persist.sequence) {
        this.#waiting.shift()!.leave();
      }
      this.#step({ kind: "durable", sequence: persist.sequence });
    });
  }

  #whenDurable(
    { afterDurable }: { readonly afterDurable: PersistSequence },
    leave: () => void,
  ): void {
    if (afterDurable <= this.#durableSequence) leave();
    else this.#waiting.push({ afterDurable, leave });
  }

  #send(request: OutgoingRequest): void {
    const bytes = encodeRequest(request.message);
    this.#transport.call(request.to, RAFT_SERVICE, bytes, (reply) => {
      if (this.#stopped) return;
      const message = reply === undefined ? undefined : decode(decodeReply, reply);
      if (message === undefined) this.#step({ kind: "noReply", request });
      else this.#step({ kind: "reply", request, message });
    });
  }

  #onRequest(request: Uint8Array, reply: (reply: Uint8Array) => void): void {
    if (this.#stopped) return;
    const message = decode(decodeRequest, request);
    if (message === undefined) return;
    const callId = this.#nextId++;
    this.#callers.set(callId, reply);
    this.#step({ kind: "request", callId, message });
  }

  #answer({ callId, message }: OutgoingReply): void {
    const reply = this.#callers.get(callId);
    this.#callers.delete(callId);
    reply?.(encodeReply(message));
  }

  #answerRead(read: ReadState): void {
    const onRead = this.#readers.get(read.readId);
    this.#readers.delete(read.readId);
    onRead?.(read);
  }

  /** Moves the alarm forward if need be. One that rings early does no harm, so it is never moved back. */
  #armTimer(): void {
    if (this.#timerDue !== undefined && this.#timerDue <= this.#wakeAt) return;
    this.#timer?.cancel();
    this.#timerDue = this.#wakeAt;
    this.#timer = this.#clock.after(between(this.#clock.now(), this.#wakeAt), () => {
      this.#timerDue = undefined;
      if (this.#clock.now() < this.#wakeAt) this.#armTimer();
      else this.#step({ kind: "timer" });
    });
  }
}

/** Decodes what a peer sent. One that sends garbage gets no answer: nothing can be said of it. */
function decode<Message extends Request | Reply>(
  decoder: (bytes: Uint8Array) => Message,
  bytes: Uint8Array,
): Message | undefined {
  try {
    return decoder(bytes);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
