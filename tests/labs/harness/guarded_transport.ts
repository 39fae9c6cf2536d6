/**
 * Watches what a server says: everything that leaves must be backed by what its storage has confirmed, and
 * nothing may leave after the server was killed. Raft may send entries while its own disk still writes them, but
 * a term, a vote or an acknowledgement that it could forget would break its safety.
 */

import { logIndex, type ServerId, type Term } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { RequestHandler, Transport } from "../../../core/base/ports.ts";
import { decodeReply, decodeRequest } from "../../../core/raft/message_codec.ts";
import type {
  AppendEntries,
  InstallSnapshot,
  Reply,
  Request,
  RequestVote,
} from "../../../core/raft/messages.ts";
import type { DurableState } from "./durable_state.ts";
import { messageFields, type Tell } from "./message_fields.ts";
import type { VoteLedger } from "./vote_ledger.ts";

/** The name under which the runner reports a breach. */
const PROPERTY = "PersistedBeforeSent";

/** A {@linkcode Transport} in front of the real one, outside the fence of the server's life. */
export class GuardedTransport implements Transport {
  readonly #server: ServerId;
  readonly #transport: Transport;
  readonly #durable: DurableState;
  readonly #votes: VoteLedger;
  readonly #tell: Tell | undefined;
  #killed = false;

  /** The votes that leave are entered in `votes`; `tell`, if given, hears of all that leaves. */
  constructor(
    server: ServerId,
    transport: Transport,
    durable: DurableState,
    votes: VoteLedger,
    tell?: Tell,
  ) {
    this.#server = server;
    this.#transport = transport;
    this.#durable = durable;
    this.#votes = votes;
    this.#tell = tell;
  }

  /** From now on the server must be silent. */
  onKilled(): void {
    this.#killed = true;
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    this.#checkAlive();
    const asked = decodeRequest(request);
    this.#tell?.(asked.term, asked.kind, { to, ...messageFields(asked) });
    this.#checkRequest(asked);
    this.#transport.call(to, service, request, onReply);
  }

  serve(service: string, handler: RequestHandler): void {
    this.#transport.serve(service, (request, reply) => {
      handler(request, (bytes) => {
        this.#checkAlive();
        const [asked, answer] = [decodeRequest(request), decodeReply(bytes)];
        this.#tell?.(answer.term, answer.kind, messageFields(answer));
        this.#checkReply(asked, answer);
        reply(bytes);
      });
    });
  }

  #checkAlive(): void {
    invariant(
      !this.#killed,
      "DeadIsSilent",
      () => `server ${this.#server} sends after it was killed`,
    );
  }

  #checkRequest(request: Request): void {
    // The question of a PreVote promises nothing.
    if (request.kind === "RequestVote" && request.preVote) return;
    this.#checkTerm(request.term, request.kind);
    if (request.kind !== "RequestVote") return;
    this.#checkVote(request);
    this.#votes.onVote(request.term, this.#server, request.candidateId);
  }

  #checkReply(request: Request, reply: Reply): void {
    if (request.kind === "RequestVote" && request.preVote) return;
    this.#checkTerm(reply.term, reply.kind);
    if (reply.kind === "RequestVoteReply" && reply.voteGranted) {
      const asked = request as RequestVote;
      this.#checkVote(asked);
      this.#votes.onVote(reply.term, this.#server, asked.candidateId);
    }
    // In a later term the entries behind the reply may have been replaced.
    if (this.#durable.currentTerm > reply.term) return;
    if (reply.kind === "AppendEntriesReply" && reply.success) {
      this.#checkEntries(request as AppendEntries);
    }
    if (reply.kind === "InstallSnapshotReply" && reply.installed) {
      this.#checkSnapshot(request as InstallSnapshot);
    }
  }

  #checkTerm(term: Term, kind: string): void {
    invariant(
      term <= this.#durable.currentTerm,
      PROPERTY,
      () =>
        `server ${this.#server} sends ${kind} in term ${term}, its disk holds ` +
        `${this.#durable.currentTerm}`,
    );
  }

  /** A candidate votes for itself. */
  #checkVote({ term, candidateId }: RequestVote): void {
    const { currentTerm, votedFor } = this.#durable;
    invariant(
      currentTerm > term || votedFor === candidateId,
      PROPERTY,
      () =>
        `server ${this.#server} votes for ${candidateId} in term ${term}, its disk holds ` +
        `${votedFor === undefined ? "no vote" : `a vote for ${votedFor}`} in term ${currentTerm}`,
    );
  }

  #checkEntries({ prevLogIndex, prevLogTerm, entries }: AppendEntries): void {
    const last = logIndex(prevLogIndex + entries.length);
    const lastTerm = entries.at(-1)?.term ?? prevLogTerm;
    invariant(
      last <= this.#durable.lastIncludedIndex || this.#durable.termAt(last) === lastTerm,
      PROPERTY,
      () =>
        `server ${this.#server} confirms entry ${last} of term ${lastTerm}, its disk holds ` +
        `${this.#durable.termAt(last) ?? "none"} there`,
    );
  }

  #checkSnapshot({ lastIncludedIndex }: InstallSnapshot): void {
    invariant(
      lastIncludedIndex <= this.#durable.lastIndex,
      PROPERTY,
      () =>
        `server ${this.#server} confirms a snapshot at ${lastIncludedIndex}, its disk reaches ` +
        `to ${this.#durable.lastIndex}`,
    );
  }
}
