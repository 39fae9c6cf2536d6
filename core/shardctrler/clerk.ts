/** The administrator's and everybody else's way to the controller. */

import { Clerk, type ClerkOptions, type ClerkOutcome } from "../rsm/clerk.ts";
import type { Change } from "./change.ts";
import { type Config, NEWEST } from "./config.ts";
import {
  type ChangeResult,
  decodeChangeResult,
  decodeConfig,
  encodeChange,
  encodeQuery,
} from "./messages.ts";

/** The service under which the controller answers. */
export const SHARDCTRLER_SERVICE = "Shardctrler";

/** An outcome whose result is decoded. */
export type Answer<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | Exclude<ClerkOutcome, { kind: "done" }>;

/** What a clerk of the controller is made of. */
export type ShardctrlerClerkOptions = Omit<ClerkOptions, "service">;

/** A client of the controller. It does one thing at a time; what is asked meanwhile waits its turn. */
export class ShardctrlerClerk {
  readonly #clerk: Clerk;

  constructor(options: ShardctrlerClerkOptions) {
    this.#clerk = new Clerk({ ...options, service: SHARDCTRLER_SERVICE });
  }

  /** Has a change carried out once. */
  change(change: Change, onAnswer: (answer: Answer<ChangeResult>) => void): void {
    this.#clerk.command(encodeChange(change), (outcome) => {
      onAnswer(decoded(outcome, decodeChangeResult));
    });
  }

  /** Asks for the configuration `num`, or for the newest one; the newest also comes in place of one yet to be. */
  ask(num: number = NEWEST, onAnswer: (answer: Answer<Config>) => void): void {
    this.#clerk.query(encodeQuery(num), (outcome) => onAnswer(decoded(outcome, decodeConfig)));
  }

  /** Asks likewise, for those who only want to hear of a success. */
  query(num: number, onConfig: (config: Config) => void): void {
    this.ask(num, (answer) => {
      if (answer.kind === "done") onConfig(answer.result);
    });
  }

  /** Ends everything: all that has no outcome yet gets one. */
  stop(): void {
    this.#clerk.stop();
  }
}

function decoded<Result>(
  outcome: ClerkOutcome,
  decode: (bytes: Uint8Array) => Result,
): Answer<Result> {
  return outcome.kind === "done" ? { kind: "done", result: decode(outcome.result) } : outcome;
}
