/** Key/value services with mistakes that people make: for tests of the tests. */

import { KvStateMachine } from "../../../core/kv/state_machine.ts";
import { ExactlyOnce } from "../../../core/rsm/exactly_once.ts";
import { decodeClerkRequest, encodeClerkReply } from "../../../core/rsm/messages.ts";
import { Replica } from "../../../core/rsm/replica.ts";
import { serveReplica } from "../../../core/rsm/service.ts";
import type { Capture, StateMachine } from "../../../core/rsm/state_machine.ts";
import { KV_SERVICE } from "./kv_service.ts";
import type { StartService } from "./site.ts";

/** What a service is made of, as far as a mistake can be made there. */
interface Parts {
  readonly stateMachine?: () => StateMachine;
  /** Answers a question with what is here, whoever leads. */
  readonly readsWhatIsHere?: boolean;
  readonly snapshotBytes?: number;
}

function start({ stateMachine, readsWhatIsHere = false, snapshotBytes }: Parts): StartService {
  return (site) => {
    const machine = stateMachine?.() ?? new ExactlyOnce(new KvStateMachine());
    const replica = new Replica({
      ...site,
      stateMachine: machine,
      ...(snapshotBytes !== undefined && { snapshotBytes }),
      onApplied: (index) => site.onApplied(index, machine),
    });
    serveReplica(
      {
        serve: (service, handler) =>
          site.transport.serve(service, (request, reply) => {
            const isMine = readsWhatIsHere && replica.view.role === "leader";
            if (isMine && decodeClerkRequest(request).kind === "query") {
              return reply(machine.query(request));
            }
            handler(request, reply);
          }),
      },
      KV_SERVICE,
      replica,
    );
    return replica;
  };
}

/** A leader answers questions without asking whether it still leads. */
export const STALE_READS: StartService = start({ readsWhatIsHere: true });

/** A command is carried out as often as it stands in the log. */
export const NOT_ONCE: StartService = start({ stateMachine: () => new NotOnce() });

/** Snapshots hold what was stored, but not who had asked for what. */
export const FORGETS_SESSIONS: StartService = start({
  stateMachine: () => new ForgetsSessions(),
  snapshotBytes: 1000,
});

/** The log grows for ever. */
export const NO_SNAPSHOTS: StartService = start({});

/** Snapshots are taken, wanted or not. */
export const ALWAYS_SNAPSHOTS: StartService = start({ snapshotBytes: 1000 });

class NotOnce implements StateMachine {
  readonly #kv = new KvStateMachine();

  apply(command: Uint8Array, index: Parameters<StateMachine["apply"]>[1]): Uint8Array {
    const request = decodeClerkRequest(command);
    if (request.kind !== "command") return this.query(command);
    return encodeClerkReply({ kind: "done", result: this.#kv.apply(request.command, index) });
  }

  query(question: Uint8Array): Uint8Array {
    const request = decodeClerkRequest(question);
    const result = request.kind === "query" ? this.#kv.query(request.question) : new Uint8Array();
    return encodeClerkReply({ kind: "done", result });
  }

  capture(): Capture {
    return this.#kv.capture();
  }

  restore(data: Uint8Array): void {
    this.#kv.restore(data);
  }
}

class ForgetsSessions implements StateMachine {
  readonly #kv = new KvStateMachine();
  #once = new ExactlyOnce(this.#kv);

  apply(command: Uint8Array, index: Parameters<StateMachine["apply"]>[1]): Uint8Array {
    return this.#once.apply(command, index);
  }

  query(question: Uint8Array): Uint8Array {
    return this.#once.query(question);
  }

  capture(): Capture {
    return this.#kv.capture();
  }

  restore(data: Uint8Array): void {
    this.#kv.restore(data);
    this.#once = new ExactlyOnce(this.#kv);
  }
}
