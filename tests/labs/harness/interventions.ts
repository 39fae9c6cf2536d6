/**
 * Where somebody outside can reach into a test: at each step that the harness takes for a scenario, at each wait of a
 * scenario, and at each message. Nobody does, unless a run is to be made smaller.
 */

import type { MessageDirector } from "../../../core/sim/message_director.ts";

/** What the harness does for a scenario: what breaks something, what heals it, and what clients ask for. */
export type StepKind =
  | "crash"
  | "restart"
  | "cut"
  | "reconnect"
  | "partition"
  | "slow link"
  | "propose"
  | "operation"
  | JobStepKind;

/** What a simulated MapReduce job is made of, and what befalls its processes and machines. */
export type JobStepKind =
  | "input"
  | "line"
  | "reduce task"
  | "join"
  | "leave"
  | "slowness"
  | "stop"
  | "hang"
  | "failure"
  | "wipe"
  | "power cut";

/** See the head of this file. Steps are numbered by their kind and by whom they concern. */
export interface Interventions {
  /** Says whether a step, which is due now, is to be taken. */
  allows(kind: StepKind, whom: string | number): boolean;
  /**
   * Returns how long a wait lasts that should last `span` milliseconds. The waits of a scenario follow each other, and
   * are numbered; where several wait at a time, `whose` says who, and each has numbers of its own.
   */
  wait(span: number, whose?: string): number;
  /** Has the last word on what becomes of messages. */
  readonly director?: MessageDirector;
}

/** Everything happens as the scenario says. */
export const NO_INTERVENTIONS: Interventions = {
  allows: () => true,
  wait: (span) => span,
};
