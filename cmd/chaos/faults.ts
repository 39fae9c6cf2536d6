/** The kinds of faults, and what each does. */

/** Every kind, in the order of reports. */
export const FAULT_KINDS = [
  "kill",
  "freeze",
  "partition",
  "one-way",
  "delay",
  "loss",
  "duplicate",
  "cut",
  "disk-full",
  "torn-write",
  "clock-jump",
] as const;

/** One of them. */
export type FaultKind = typeof FAULT_KINDS[number];

/** What each kind does, as one line of a help. */
export const FAULTS_HELP: Readonly<Record<FaultKind, string>> = {
  "kill": "SIGKILL of one, several or all servers of a group, then a restart",
  "freeze": "SIGSTOP of one or several, then SIGCONT",
  "partition": "servers cut off from the others, in both directions",
  "one-way": "servers that hear and are not heard, or the other way round",
  "delay": "messages take up to 150 ms, and overtake each other",
  "loss": "up to 30 % of all calls and answers get lost",
  "duplicate": "up to half of Raft's messages arrive twice",
  "cut": "connections break again and again, in the midst of messages",
  "disk-full": "a server's disk takes nothing more (played in the server)",
  "torn-write": "SIGKILL, and a torn write at the end of the log at the restart",
  "clock-jump": "a server's clock jumps ahead by up to 10 s (played in the server)",
};

/** A server of a group: by its place among those that are not chosen yet, or whoever leads at that moment. */
export type Victim = "leader" | number;

/** One round: a fault, and how long it lasts. */
export interface Round {
  readonly number: number;
  readonly kind: FaultKind;
  /** Which group it hits. */
  readonly group: number;
  /** Whom it hits, in this order; nobody in particular where it concerns the whole network of the group. */
  readonly victims: readonly Victim[];
  /** How long all goes well before it, in milliseconds. */
  readonly calmMs: number;
  readonly holdMs: number;
  /** How bad it is: what that means depends on the kind. */
  readonly degree: number;
  /** The first or the second of two ways in which the kind can come. */
  readonly variant: 0 | 1;
}
