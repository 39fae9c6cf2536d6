/** The service that clerks call: hands their requests to a replica, and the outcomes back. */

import { DamagedDataError } from "../base/errors.ts";
import type { Transport } from "../base/ports.ts";
import type { ExactlyOnce } from "./exactly_once.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkRequest,
  encodeClerkReply,
} from "./messages.ts";
import { PendingCommands } from "./pending_commands.ts";
import type { Outcome, Replica } from "./replica.ts";

/** What a service needs of a replica. */
export type ServedReplica = Pick<Replica, "propose" | "query" | "waiting">;

/** How a service answers. */
export interface ServiceOptions {
  /** Send questions through the log, rather than confirm leadership and ask the present state. */
  readonly logReads?: boolean;
  /** The replica's state machine: lets what was carried out already be answered without another entry in the log. */
  readonly exactlyOnce?: ExactlyOnce;
  /** Says which requests clients may make: all unless told. Who asks for another gets no answer. */
  readonly admits?: (request: ClerkRequest) => boolean;
  /** How many requests may wait at a time; what comes beyond is turned away. 65,536 unless told. */
  readonly waitingMax?: number;
}

/**
 * Answers {@linkcode ClerkRequest}s with a replica whose state machine is an {@linkcode ExactlyOnce}. A request that
 * waits already is not proposed again: it gets the answer of the first one.
 */
export function serveReplica(
  transport: Pick<Transport, "serve">,
  serviceName: string,
  replica: ServedReplica,
  options: ServiceOptions = {},
): void {
  const service = new ReplicaService(replica, options);
  transport.serve(serviceName, (request, reply) => service.onRequest(request, reply));
}

class ReplicaService {
  readonly #replica: ServedReplica;
  readonly #options: ServiceOptions;
  readonly #waitingMax: number;
  readonly #pending = new PendingCommands();

  constructor(replica: ServedReplica, options: ServiceOptions) {
    this.#replica = replica;
    this.#options = options;
    this.#waitingMax = options.waitingMax ?? 65_536;
  }

  /** Who sends garbage gets no answer. */
  onRequest(bytes: Uint8Array, reply: (reply: Uint8Array) => void): void {
    const request = decode(bytes);
    if (request === undefined || this.#options.admits?.(request) === false) return;
    const known = request.kind === "command"
      ? this.#options.exactlyOnce?.answered(request)
      : undefined;
    if (known !== undefined) return reply(known);
    if (this.#pending.join(request, reply)) return;
    if (this.#replica.waiting >= this.#waitingMax) {
      return reply(encodeClerkReply({ kind: "notLeader", leaderId: undefined }));
    }
    if (request.kind === "query" && this.#options.logReads !== true) {
      return this.#replica.query(bytes, (outcome) => reply(replyTo(outcome)));
    }
    const answer = this.#pending.add(request, reply);
    this.#replica.propose(bytes, (outcome) => answer(replyTo(outcome)));
  }
}

/** The reply to an outcome. What the state machine answered is a reply already. */
function replyTo(outcome: Outcome): Uint8Array {
  if (outcome.kind === "done") return outcome.result;
  const { leaderId } = outcome;
  const reply: ClerkReply = outcome.kind === "rejected"
    ? { kind: "notLeader", leaderId }
    : { kind: "unknown", leaderId };
  return encodeClerkReply(reply);
}

function decode(bytes: Uint8Array): ClerkRequest | undefined {
  try {
    return decodeClerkRequest(bytes);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
