/** What is told of a log: as text for people, as JSON for programs. */

import type { NumberRange } from "../../core/host/mod.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import type { Look } from "./look.ts";

/** What a log amounts to. JSON-safe; what is not known is left out. */
export function lookJson({ folder, isInUse, inspection }: Look): Record<string, unknown> {
  const { identity, segments, otherFiles, log, problem } = inspection;
  return {
    folder,
    inUse: isInUse,
    ...(identity !== undefined && { cluster: identity.cluster, server: identity.server }),
    ...(log !== undefined && { log: logJson(log) }),
    ...(problem !== undefined && { problem: problemJson(problem) }),
    segments,
    otherFiles,
  };
}

function logJson(
  { recovered: { hardState, snapshot, entries }, report, state }: NonNullable<
    Look["inspection"]["log"]
  >,
): Record<string, unknown> {
  return {
    ...(hardState !== undefined && { term: hardState.currentTerm }),
    ...(hardState?.votedFor !== undefined && { votedFor: hardState.votedFor }),
    ...(snapshot !== undefined && {
      snapshot: {
        lastIncludedIndex: snapshot.lastIncludedIndex,
        lastIncludedTerm: snapshot.lastIncludedTerm,
        bytes: snapshot.data.length,
      },
    }),
    entries: entries.length,
    firstIndex: (snapshot?.lastIncludedIndex ?? 0) + 1,
    lastIndex: state.lastIndex,
    ...report,
  };
}

function problemJson(
  { reason, file, offset, message }: NonNullable<Look["inspection"]["problem"]>,
): Record<string, unknown> {
  return {
    reason,
    ...(file !== undefined && { file }),
    ...(offset !== undefined && { offset }),
    message,
  };
}

/** What a log amounts to, and a table of its segments. */
export function lookText(look: Look): string {
  const { segments, otherFiles } = look.inspection;
  const table = tableText([
    ["segment", "records", "entries", "terms", "used", "of", ""],
    ...segments.map(({ name, records, entries, terms, usedBytes, fileBytes, problem }) => [
      name,
      grouped(records),
      rangeText(entries),
      rangeText(terms),
      grouped(usedBytes),
      grouped(fileBytes),
      problem === undefined ? "" : `damaged at ${problem}`,
    ]),
  ], ["left", "right", "right", "right", "right", "right", "left"]);
  const others = otherFiles.map(({ name, bytes }) => `${name}, ${grouped(bytes)} bytes\n`);
  return [...summaryLines(look).map((line) => `${line}\n`), "\n", table, ...others].join("");
}

/** What a log amounts to, in a few lines. */
export function summaryLines({ folder, isInUse, inspection }: Look): string[] {
  const { identity, log } = inspection;
  const whose = identity === undefined
    ? `log in ${folder}`
    : `log of server ${identity.server} of cluster "${identity.cluster}", in ${folder}`;
  const lines = [isInUse ? `${whose}; a running server uses it` : whose];
  if (log === undefined) return lines;
  const { recovered: { hardState, snapshot, entries }, report, state } = log;
  const vote = hardState?.votedFor === undefined
    ? "no vote in it"
    : `its vote is for server ${hardState.votedFor}`;
  lines.push(hardState === undefined ? "no term yet" : `term ${hardState.currentTerm}, ${vote}`);
  if (snapshot !== undefined) {
    const { lastIncludedIndex, lastIncludedTerm, data } = snapshot;
    lines.push(
      `snapshot up to index ${lastIncludedIndex} of term ${lastIncludedTerm}, ${
        grouped(data.length)
      } bytes`,
    );
  }
  lines.push(
    entries.length === 0
      ? `no entries behind index ${state.lastIndex}`
      : `entries ${entries[0]!.index} to ${state.lastIndex}`,
  );
  const { tornTail } = report;
  if (tornTail !== undefined) {
    const { file, offset, bytes } = tornTail;
    const why = isInUse
      ? "a write is just under way"
      : "a write that a crash has torn; it was never confirmed, nothing is lost";
    lines.push(`torn tail: ${grouped(bytes)} bytes in ${file} from byte ${offset} on: ${why}`);
  }
  return lines;
}

function rangeText(range: NumberRange | undefined): string {
  if (range === undefined) return "";
  return range.first === range.last ? `${range.first}` : `${range.first}–${range.last}`;
}
