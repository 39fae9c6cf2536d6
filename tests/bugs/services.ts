/** What goes wrong in replicated services and their clients: who waits for what, and what is done twice. */

import { type LogIndex, logIndex } from "../../core/base/durable.ts";
import { KvStateMachine } from "../../core/kv/mod.ts";
import {
  type Capture,
  type ClerkRequest,
  decodeClerkRequest,
  encodeClerkReply,
  encodeClerkRequest,
  ExactlyOnce,
  type Outcome,
  Replica,
  type ReplicaOptions,
  type StateMachine,
} from "../../core/rsm/mod.ts";
import type { Mistake } from "./mistake.ts";

const NOWHERE = logIndex(0);

/** Mistakes of services and clerks. */
export const SERVICE_MISTAKES: readonly Mistake[] = [
  {
    name: "executes-duplicates",
    does: "A command is carried out as often as it stands in the log.",
    breaks: "a request that was carried out already is answered, not repeated (Raft §8)",
    labs: ["3A"],
    first: "TestUnreliableOneKey3A",
    exactlyOnce: (machine) => new ExecutesDuplicates(machine),
  },
  {
    name: "one-command-for-each-client",
    does: "Of a client it is remembered that he had a command carried out, but not which one.",
    breaks: "commands are told apart by client and serial number (Raft §8)",
    labs: ["3A"],
    exactlyOnce: (machine) => new KnowsClientsOnly(machine),
  },
  {
    name: "sessions-not-in-snapshot",
    does: "A snapshot holds the keys and values, but not whose commands were carried out.",
    breaks: "the sessions are part of the replicated state (thesis §6.3)",
    labs: ["3B"],
    first: "TestStrictCrashesWal3B",
    exactlyOnce: (machine) => new ForgetsSessions(machine),
  },
  {
    name: "new-number-for-each-attempt",
    does: "A clerk numbers its attempts, not its commands: a command sent again is a new one.",
    breaks: "a command keeps its serial number when it is sent again (Raft §8)",
    labs: ["3A"],
    first: "TestUnreliableOneKey3A",
    clerkTransport(transport) {
      let attempts = 0;
      return {
        call(to, service, bytes, onReply) {
          const request = decodeClerkRequest(bytes);
          const sent = request.kind === "command"
            ? encodeClerkRequest({ ...request, sequence: ++attempts })
            : bytes;
          transport.call(to, service, sent, onReply);
        },
      };
    },
  },
  {
    name: "answers-whatever-was-applied",
    does:
      "Who waits for an index is told that his command is done when any entry is applied there.",
    breaks: "a command is done only if its own entry, of its own term, is applied (Raft §8)",
    labs: ["3A"],
    replica: (options) => new AnswersWhateverWasApplied(options),
  },
  {
    name: "answers-when-proposed",
    does: "A command is answered as soon as the leader has put it into its log.",
    breaks: "a leader responds after the entry is applied to the state machine (Raft Figure 2)",
    labs: ["3A"],
    replica: (options) => new AnswersWhenProposed(options),
  },
  {
    name: "reads-local-state",
    does: "Every server answers reads from its own state.",
    breaks: "a read reflects all writes that were answered before it came (Raft §8)",
    labs: ["3A"],
    replica: (options) => new ReadsLocalState(options),
  },
  {
    name: "snapshots-though-not-asked",
    does: "The service takes snapshots although it was told not to.",
    breaks: "maxraftstate -1 means no snapshots (lab 3)",
    labs: ["3A"],
    replica: (options) => new Replica({ ...options, snapshotBytes: 1000 }),
  },
  {
    name: "only-the-leader-compacts",
    does: "Followers leave it to the leader to take snapshots.",
    breaks: "each server takes snapshots independently (Raft §7)",
    labs: ["3B"],
    replica: (options) => onlyTheLeaderCompacts(options),
  },
];

/** Carries out whatever stands in the log. */
export class ExecutesDuplicates extends ExactlyOnce {
  readonly #machine: StateMachine;

  constructor(machine: StateMachine) {
    super(machine);
    this.#machine = machine;
  }

  override apply(command: Uint8Array, index: LogIndex): Uint8Array {
    const request = decodeClerkRequest(command);
    if (request.kind !== "command") return super.apply(command, index);
    return done(this.#machine.apply(request.command, index));
  }

  override answered(): undefined {
    return undefined;
  }
}

class KnowsClientsOnly extends ExactlyOnce {
  override apply(command: Uint8Array, index: LogIndex): Uint8Array {
    const request = decodeClerkRequest(command);
    const known = request.kind === "command" ? this.sessions.find(request.clientId) : undefined;
    return known?.result ?? super.apply(command, index);
  }
}

class ForgetsSessions extends ExactlyOnce {
  readonly #machine: StateMachine;

  constructor(machine: StateMachine) {
    super(machine);
    this.#machine = machine;
  }

  /** The empty table of sessions stands in front of what the service itself has captured. */
  override capture(): Capture {
    return new ExactlyOnce(this.#machine).capture();
  }
}

class AnswersWhateverWasApplied extends Replica {
  override propose(command: Uint8Array, onOutcome: (outcome: Outcome) => void): void {
    let isWaiting = false;
    super.propose(command, (outcome) => {
      // Turned away at once: nobody waits for anything.
      if (!isWaiting || outcome.kind === "done") return onOutcome(outcome);
      onOutcome(isCommand(command) ? guessed(command) : outcome);
    });
    isWaiting = true;
  }
}

class AnswersWhenProposed extends Replica {
  override propose(command: Uint8Array, onOutcome: (outcome: Outcome) => void): void {
    let isOver = false;
    const answerOnce = (outcome: Outcome) => {
      if (!isOver) onOutcome(outcome);
      isOver = true;
    };
    super.propose(command, answerOnce);
    if (!isOver && isCommand(command)) answerOnce(guessed(command));
  }
}

/** A replica that answers from its own state. */
export class ReadsLocalState extends Replica {
  readonly #stateMachine: StateMachine;

  constructor(options: ReplicaOptions) {
    super(options);
    this.#stateMachine = options.stateMachine;
  }

  override query(question: Uint8Array, onOutcome: (outcome: Outcome) => void): void {
    const result = this.#stateMachine.query(question);
    onOutcome({ kind: "done", result, index: this.appliedIndex });
  }
}

/** To a follower, its log always looks short. */
function onlyTheLeaderCompacts(options: ReplicaOptions): Replica {
  const replica: Replica = new Replica({
    ...options,
    raftStateBytes: () => replica.view.role === "leader" ? options.raftStateBytes() : 0,
  });
  return replica;
}

/** The outcome of a command that nobody has carried out. */
function guessed(command: Uint8Array): Outcome {
  const request = decodeClerkRequest(command) as Extract<ClerkRequest, { kind: "command" }>;
  return { kind: "done", result: done(emptyResults(request.command)), index: NOWHERE };
}

/** What operations would be answered by a store that holds nothing: of the right shape, at least. */
export function emptyResults(operations: Uint8Array): Uint8Array {
  return new KvStateMachine().apply(operations, NOWHERE);
}

function isCommand(command: Uint8Array): boolean {
  return decodeClerkRequest(command).kind === "command";
}

function done(result: Uint8Array): Uint8Array {
  return encodeClerkReply({ kind: "done", result });
}
