/** Carries out the changes of a plan while a run goes on, and writes down what the run was made of. */

import type {
  CallCourse,
  CallDecision,
  CallerEnd,
  MessageDirector,
} from "../../core/sim/message_director.ts";
import type { Interventions, StepKind } from "../labs/harness/interventions.ts";
import type { CallChoices, Changes } from "./plan.ts";

/** A step that was taken. */
export interface Step {
  readonly type: "step";
  readonly kind: StepKind;
  /** `crash 2#1`. */
  readonly name: string;
}

/** A wait. */
export interface Wait {
  readonly type: "wait";
  /** `3`, or with whose it is: `w2#3`. */
  readonly name: string;
  /** How many milliseconds it lasted. */
  readonly span: number;
}

/** What a run was made of, in the order in which it happened. */
export interface RunRecord {
  readonly steps: readonly (Step | Wait)[];
  /** The names of all calls, but those that came to nothing. */
  readonly calls: readonly string[];
  /** Requests and replies that arrived. */
  readonly messages: number;
  /** The changes that mattered, with all that disturbed messages named: a run with these goes the same way. */
  readonly changes: Changes;
}

/** See the head of this file. One object is for one run. */
export class PlannedInterventions implements Interventions, MessageDirector {
  readonly director: MessageDirector = this;
  readonly #changes: Changes;
  readonly #counts = new Map<string, number>();
  readonly #ends = new Map<number, { readonly name: string; calls: number }>();
  readonly #steps: (Step | Wait)[] = [];
  readonly #calls: string[] = [];
  readonly #choices = new Map<string, CallChoices>();
  readonly #withheld = new Set<string>();
  readonly #skipped = new Set<string>();
  readonly #waits = new Map<string, number>();
  #messages = 0;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** What the run was made of so far. */
  get record(): RunRecord {
    return {
      steps: this.#steps,
      calls: this.#calls,
      messages: this.#messages,
      changes: {
        calls: this.#choices,
        withheld: this.#withheld,
        skipped: this.#skipped,
        waits: this.#waits,
      },
    };
  }

  allows(kind: StepKind, whom: string | number): boolean {
    const whose = `${kind} ${whom}`;
    const name = `${whose}#${this.#count(whose)}`;
    if (this.#changes.skipped.has(name)) {
      this.#skipped.add(name);
      return false;
    }
    this.#steps.push({ type: "step", kind, name });
    return true;
  }

  wait(span: number, whose?: string): number {
    const number = this.#count(`wait ${whose ?? ""}`);
    const name = whose === undefined ? `${number}` : `${whose}#${number}`;
    const changed = this.#changes.waits.get(name);
    if (changed !== undefined) this.#waits.set(name, changed);
    this.#steps.push({ type: "wait", name, span: changed ?? span });
    return changed ?? span;
  }

  /** Ends are counted before they are used: a client that is left out does not change the names of others. */
  onConnect(end: CallerEnd): void {
    this.#end(end);
  }

  onCall(end: CallerEnd): CallCourse {
    const known = this.#end(end);
    const name = `${known.name}#${++known.calls}`;
    const isWithheld = this.#changes.withheld.has(name);
    if (isWithheld) this.#withheld.add(name);
    else this.#calls.push(name);
    return {
      decide: (what, drawn, calm) =>
        isWithheld ? withheld(what, calm) : this.#decide(name, what, drawn, calm),
      onArrival: () => {
        this.#messages++;
      },
    };
  }

  #decide(call: string, what: CallDecision, drawn: number, calm: number): number {
    const { calls } = this.#changes;
    const value = calls === undefined ? drawn : calls.get(call)?.[what] ?? calm;
    if (value !== calm) this.#choices.set(call, { ...this.#choices.get(call), [what]: value });
    return value;
  }

  /** Ends are known by who uses them to reach whom, and counted: each life of a server has its own. */
  #end({ number, owner = "client", target }: CallerEnd): { readonly name: string; calls: number } {
    let known = this.#ends.get(number);
    if (known === undefined) {
      const to = target?.name ?? "nobody";
      known = { name: `${owner}/${this.#count(`${owner}>${to}`)}>${to}`, calls: 0 };
      this.#ends.set(number, known);
    }
    return known;
  }

  #count(what: string): number {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    return count;
  }
}

function withheld(what: CallDecision, calm: number): number {
  return what === "request lost" ? 1 : calm;
}
