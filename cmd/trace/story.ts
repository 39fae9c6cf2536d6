/** What a trace tells, sorted out for a picture: lanes, roles, messages, cuts, operations of clients. Plain data, JSON-safe. */

import type { TraceEvent } from "../../core/base/ports.ts";
import { Lanes } from "./lanes.ts";
import { Messages } from "./messages.ts";
import { Operations } from "./operations.ts";
import type { TraceFile, TraceHeader } from "./trace_file.ts";

/** What a server is while a span lasts; masters and workers of MapReduce are `up`, or `working`. */
export type LaneRole = "follower" | "candidate" | "leader" | "down" | "up" | "working";

/** A time in which a server's role and term, or its work, stay the same, in milliseconds. */
export interface Span {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly role: LaneRole;
  /** 0 for those that know none. */
  readonly term: number;
  /** What a worker works at: `map 3, attempt 1`. */
  readonly work?: string;
}

/** A time in which a server reaches no other. */
export interface Cut {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
}

/** What a server's log holds from `at` on. */
export interface LogState {
  readonly lane: number;
  readonly at: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly commitIndex: number;
  readonly lastIncludedIndex: number;
}

/** A request with its answer. A time that is missing never came. */
export interface Message {
  readonly from: number;
  readonly to: number;
  /** `AppendEntries`, or the name of the service if no more is known. */
  readonly name: string;
  readonly sent: number;
  readonly received?: number;
  /** When the answer was there. */
  readonly replied?: number;
  /** When and why the caller was told that nothing came. */
  readonly lost?: number;
  readonly why?: string;
}

/** One operation of a client. */
export interface ClientOperation {
  readonly client: string;
  readonly text: string;
  readonly called: number;
  readonly returned?: number;
  /** The reason of the failure speaks of it. */
  readonly isSuspect: boolean;
}

/** Anything that happened, as a line of text; of no lane if it concerns no server. */
export interface Mark {
  readonly lane: number;
  readonly at: number;
  readonly topic: string;
  readonly text: string;
}

/** All of it. Lanes are servers, then who else has sent anything. */
export interface Story {
  readonly header: TraceHeader;
  readonly end: number;
  readonly lanes: readonly string[];
  readonly spans: readonly Span[];
  readonly cuts: readonly Cut[];
  readonly logs: readonly LogState[];
  readonly messages: readonly Message[];
  readonly operations: readonly ClientOperation[];
  readonly marks: readonly Mark[];
}

/** Events that the picture shows as arrows, not as lines of text. */
const ARROWS = new Set(["sends", "receives", "receives reply", "unreachable"]);

/** Sorts a trace out. */
export function tellStory({ header, events }: TraceFile): Story {
  const lanes = new Lanes();
  const messages = new Messages(lanes);
  const operations = new Operations(header.reason ?? "");
  const marks: Mark[] = [];
  for (const event of events) {
    lanes.see(event);
    messages.see(event);
    operations.see(event);
    if (!ARROWS.has(event.what) && event.topic !== "client") marks.push(markOf(event, lanes));
  }
  const end = events.at(-1)?.at ?? 0;
  // First of all, since it may find that there are others than servers.
  const arrows = messages.all();
  return {
    header,
    end,
    ...lanes.finish(end),
    messages: arrows,
    operations: operations.all(),
    marks,
  };
}

function markOf({ at, topic, what, fields = {}, server }: TraceEvent, lanes: Lanes): Mark {
  const details = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const lane = server === undefined ? -1 : lanes.number(String(server));
  return { lane, at, topic, text: [what, ...details].join(" ") };
}
