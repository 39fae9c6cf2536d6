import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_BYTES } from "../base/bytes.ts";
import { type LogEntry, logIndex, type Snapshot, term } from "../base/durable.ts";
import { RaftLog } from "./log.ts";

function entry(index: number, termOf: number, bytes = 0): LogEntry {
  const command = bytes === 0 ? NO_BYTES : new Uint8Array(bytes);
  return { index: logIndex(index), term: term(termOf), kind: "command", command };
}

function entries(terms: readonly number[], first = 1): LogEntry[] {
  return terms.map((termOf, i) => entry(first + i, termOf));
}

function snapshot(index: number, termOf: number): Snapshot {
  return { lastIncludedIndex: logIndex(index), lastIncludedTerm: term(termOf), data: NO_BYTES };
}

/** A log behind a snapshot of (4, term 2). */
function compacted(terms: readonly number[] = [2, 3, 3, 5]): RaftLog {
  return new RaftLog(snapshot(4, 2), entries(terms, 5));
}

function termsOf(log: RaftLog): (number | undefined)[] {
  const length = log.lastIndex - log.lastIncludedIndex;
  return Array.from({ length }, (_, i) => log.termAt(logIndex(log.lastIncludedIndex + 1 + i)));
}

Deno.test("RaftLog, empty, ends at index 0 with term 0", () => {
  const log = new RaftLog();
  assert.equal(log.lastIndex, 0);
  assert.equal(log.lastTerm, 0);
  assert.equal(log.lastIncludedIndex, 0);
  assert.equal(log.termAt(logIndex(0)), 0);
  assert.equal(log.termAt(logIndex(1)), undefined);
  assert.equal(log.entryAt(logIndex(0)), undefined);
});

Deno.test("RaftLog, all compacted, ends where its snapshot does", () => {
  const log = compacted([]);
  assert.equal(log.lastIndex, 4);
  assert.equal(log.lastTerm, 2);
  assert.equal(log.termAt(logIndex(4)), 2);
  assert.equal(log.termAt(logIndex(3)), undefined);
  assert.equal(log.termAt(logIndex(5)), undefined);
});

Deno.test("RaftLog counts indexes across its snapshot", () => {
  const log = compacted();
  assert.equal(log.lastIndex, 8);
  assert.equal(log.lastTerm, 5);
  assert.equal(log.entryAt(logIndex(4)), undefined);
  assert.equal(log.entryAt(logIndex(5))?.index, 5);
  assert.equal(log.termAt(logIndex(6)), 3);
});

Deno.test("RaftLog.append() throws when entries leave a gap, overlap, or go back in terms", () => {
  const log = compacted();
  assert.throws(() => log.append([entry(10, 5)]), { property: "LogWithoutGaps" });
  assert.throws(() => log.append([entry(8, 5)]), { property: "LogWithoutGaps" });
  assert.throws(() => log.append([entry(9, 4)]), { property: "TermsNeverFall" });
  assert.throws(() => new RaftLog(snapshot(4, 2), entries([2], 4)), { property: "LogWithoutGaps" });
  assert.throws(() => new RaftLog(snapshot(4, 2), entries([1], 5)), { property: "TermsNeverFall" });
});

Deno.test("RaftLog.truncateFrom() removes an entry and all behind it", () => {
  const log = compacted();
  log.truncateFrom(logIndex(6));
  assert.deepEqual(termsOf(log), [2]);
  log.truncateFrom(logIndex(6));
  log.truncateFrom(logIndex(9));
  assert.deepEqual(termsOf(log), [2]);
  log.append([entry(6, 4)]);
  assert.deepEqual(termsOf(log), [2, 4]);
});

Deno.test("RaftLog.truncateFrom() throws when it would cut into the snapshot", () => {
  const log = compacted();
  assert.throws(() => log.truncateFrom(logIndex(4)), { property: "SnapshotIsFinal" });
  assert.throws(() => log.truncateFrom(logIndex(0)), { property: "SnapshotIsFinal" });
});

Deno.test("RaftLog.compact() keeps the entries behind a snapshot whose last entry it holds", () => {
  const log = compacted();
  assert.equal(log.compact(snapshot(6, 3)), true);
  assert.equal(log.lastIncludedIndex, 6);
  assert.deepEqual(termsOf(log), [3, 5]);
  assert.equal(log.compact(snapshot(8, 5)), true);
  assert.deepEqual(termsOf(log), []);
});

Deno.test("RaftLog.compact() drops the whole log when it does not hold that entry", () => {
  const otherTerm = compacted();
  assert.equal(otherTerm.compact(snapshot(6, 4)), false);
  assert.deepEqual(termsOf(otherTerm), []);
  assert.equal(otherTerm.lastIndex, 6);

  const tooShort = compacted();
  assert.equal(tooShort.compact(snapshot(20, 9)), false);
  assert.equal(tooShort.lastIndex, 20);
  assert.equal(tooShort.lastTerm, 9);
});

Deno.test("RaftLog.slice() copies: what happens to the log later does not show", () => {
  const log = new RaftLog(undefined, entries([1, 1, 1]));
  const slice = log.slice(logIndex(1));
  log.truncateFrom(logIndex(2));
  log.append(entries([2], 2));
  assert.deepEqual(slice.map(({ term }) => term), [1, 1, 1]);
  slice.length = 0;
  assert.equal(log.lastIndex, 2);
});

Deno.test("RaftLog.slice() is bounded in entries and in bytes, but gives at least one", () => {
  const log = new RaftLog(undefined, [
    entry(1, 1, 10),
    entry(2, 1, 10),
    entry(3, 1, 100),
    entry(4, 1),
  ]);
  const indexes = (first: number, entriesMax?: number, bytesMax?: number) =>
    log.slice(logIndex(first), entriesMax, bytesMax).map(({ index }) => index);
  assert.deepEqual(indexes(1), [1, 2, 3, 4]);
  assert.deepEqual(indexes(2, 2), [2, 3]);
  assert.deepEqual(indexes(1, 10, 20), [1, 2]);
  assert.deepEqual(indexes(1, 10, 19), [1]);
  assert.deepEqual(indexes(3, 10, 20), [3]);
  assert.deepEqual(indexes(5), []);
  assert.deepEqual(indexes(9), []);
});

Deno.test("RaftLog.slice() throws when the entries are compacted", () => {
  assert.throws(() => compacted().slice(logIndex(4)), { property: "CompactedEntries" });
});

const someTerms = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 })
  .map((terms) => terms.sort((a, b) => a - b));

Deno.test("RaftLog finds the first index of a term, and the last, as a walk through it does", () => {
  fc.assert(
    fc.property(
      someTerms,
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 7 }),
      (terms, compactedTo, wanted) => {
        const upTo = Math.min(compactedTo, terms.length);
        const log = upTo === 0
          ? new RaftLog(undefined, entries(terms))
          : new RaftLog(snapshot(upTo, terms[upTo - 1]!), entries(terms.slice(upTo), upTo + 1));

        const behind = terms.map((termOf, i) => ({ index: i + 1, termOf })).slice(upTo);
        const first = behind.find(({ termOf }) => termOf >= wanted)?.index ?? terms.length + 1;
        assert.equal(log.firstIndexWithTermAtLeast(term(wanted)), first);

        // The snapshot's end counts as an entry, of which only the term is known.
        const known = terms.map((termOf, i) => ({ index: i + 1, termOf })).slice(
          Math.max(0, upTo - 1),
        );
        const start = upTo === 0 ? [{ index: 0, termOf: 0 }] : [];
        const last = [...start, ...known].findLast(({ termOf }) => termOf === wanted)?.index;
        assert.equal(log.lastIndexOfTerm(term(wanted)), last);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("RaftLog behaves like an array with its beginning cut off", () => {
  const commands = fc.array(fc.oneof(
    fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ kind: fc.constant("truncate" as const), at: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ kind: fc.constant("compact" as const), at: fc.integer({ min: 1, max: 20 }) }),
  ));
  fc.assert(
    fc.property(commands, (steps) => {
      const log = new RaftLog();
      const model: number[] = [];
      let included = 0;
      steps.forEach((step, count) => {
        const termNow = 1 + count;
        if (step.kind === "append") {
          log.append(entries(Array(step.count).fill(termNow), model.length + 1));
          model.push(...Array(step.count).fill(termNow));
        } else if (step.kind === "truncate" && step.at > included) {
          log.truncateFrom(logIndex(step.at));
          model.length = Math.min(model.length, step.at - 1);
        } else if (step.kind === "compact" && step.at > included && step.at <= model.length) {
          assert.equal(log.compact(snapshot(step.at, model[step.at - 1]!)), true);
          included = step.at;
        }
        assert.equal(log.lastIndex, model.length);
        assert.equal(log.lastTerm, model.at(-1) ?? 0);
        assert.deepEqual(termsOf(log), model.slice(included));
      });
    }),
    { seed: 1, numRuns: 300 },
  );
});
