/** What a supervisor does and sees. It prints nothing itself: whoever started it decides what people read. */

import type { ReadyReport } from "./ready_line.ts";

/** How a member has ended. */
export interface MemberEnd {
  /** In words: `ended with exit code 1`, `was ended by SIGKILL`. */
  readonly how: string;
  /** The last lines that it wrote to standard error. */
  readonly lastWords: readonly string[];
}

/** Something that happened to a cluster. `member` is the name of the one that it happened to. */
export type ClusterEvent =
  | { readonly kind: "started"; readonly member: string; readonly pid: number }
  /** It serves; again after every restart. */
  | { readonly kind: "ready"; readonly member: string; readonly report: ReadyReport }
  /** All serve for the first time. */
  | { readonly kind: "allReady"; readonly reports: ReadonlyMap<string, ReadyReport> }
  | {
    readonly kind: "said";
    readonly member: string;
    readonly stream: "stdout" | "stderr";
    readonly line: string;
  }
  /** It ended although nobody asked it to, and will be started again after that many milliseconds. */
  | {
    readonly kind: "died";
    readonly member: string;
    readonly end: MemberEnd;
    readonly restartInMs: number;
  }
  /** It ended as it was asked to. */
  | { readonly kind: "ended"; readonly member: string; readonly end: MemberEnd }
  /** It was asked to end, took too long, and was killed. */
  | { readonly kind: "killed"; readonly member: string };

/** How a cluster has ended. All its processes are gone. */
export type ClusterEnd =
  /** As it was told to. */
  | { readonly kind: "stopped" }
  /** A member gave up before it had served for the first time: its settings or its data are wrong. */
  | { readonly kind: "failed"; readonly member: string; readonly end: MemberEnd };
