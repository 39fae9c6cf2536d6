/**
 * The write-ahead log: the {@linkcode Storage} of a real server. Batches that arrive while a sync is under way wait
 * together for the next one: one write and one sync for all of them.
 *
 * What it does when the disk does not do its part:
 *
 * - Something failed: nothing is confirmed any more, ever. A failed sync is not tried again, because nobody knows
 *   what it has left undone.
 * - There is no room: what waits goes on waiting, in its order, and is written when there is room again.
 */

import type { Disk, DiskError } from "../../base/disk.ts";
import type { DurableBatch, Recovered, Snapshot } from "../../base/durable.ts";
import type { Storage, Timer } from "../../base/ports.ts";
import { between, type Instant, type Millis, ms } from "../../base/units.ts";
import { attempt } from "./attempt.ts";
import { BackgroundSnapshot } from "./background_snapshot.ts";
import type { LogState } from "./log_state.ts";
import { segmentName, snapshotName } from "./names.ts";
import { openLog } from "./opening.ts";
import { RecordWriter } from "./record_writer.ts";
import type { RecoveryReport } from "./recovery.ts";
import { rotate } from "./rotation.ts";
import type { SnapshotRef } from "./segment_header.ts";
import { type OnSnapshot, writeSnapshot } from "./snapshot_file.ts";
import { Spares } from "./spares.ts";
import type { Tail } from "./tail.ts";
import type { WalCondition, WalCounts, WalOptions } from "./wal_options.ts";

/** A batch that is not durable yet. */
interface Pending {
  readonly batch: DurableBatch;
  readonly onDurable: () => void;
  /** Its snapshot, when that has been written. */
  ref: SnapshotRef | undefined;
}

/** The log. */
export class Wal implements Storage {
  /** What was found when it was opened. */
  readonly report: RecoveryReport;
  readonly #options: WalOptions;
  readonly #disk: Disk;
  readonly #state: LogState;
  readonly #writer = new RecordWriter();
  readonly #spares: Spares;
  readonly #background: BackgroundSnapshot;
  readonly #groupBytesMax: number;
  readonly #fullRetry: Millis;
  #recovered: Recovered | undefined;
  #tail: Tail;
  /** Not durable yet, oldest first; the first ones may be under way. */
  readonly #waiting: Pending[] = [];
  /** The last entry of the log when all that waits is written. */
  #acceptedLastIndex: number;
  #acceptedSnapshotIndex: number;
  #nextSnapshot: number;
  /** Something is under way; when it ends, the next thing begins. */
  #isBusy = false;
  #isGoing = false;
  #busySince: Instant | undefined;
  #busyBytes = 0;
  #failure: DiskError | undefined;
  #full: DiskError | undefined;
  /** Set while it is not yet time to look for room again. */
  #retryTimer: Timer | undefined;
  #onClosed: (() => void) | undefined;
  #isClosed = false;
  #batches = 0;
  #syncs = 0;
  #bytes = 0;
  /** `#bytes` when the newest snapshot came. */
  #bytesAtSnapshot: number;

  /**
   * Opens the log in a folder, or begins one. What a crash has torn is cut off, and {@linkcode report} tells of it.
   *
   * @throws {WalError} If the folder is in use, is another server's, or is damaged; nothing is changed then.
   * @throws {DiskError} If the disk fails.
   */
  constructor(options: WalOptions) {
    this.#options = options;
    this.#disk = options.disk;
    const segmentBytes = options.segmentBytes ?? 16 * 1024 * 1024;
    this.#groupBytesMax = options.groupBytesMax ?? 4 * 1024 * 1024;
    const { recovered, state, tail, report } = openLog(
      options.disk,
      options.identity,
      segmentBytes,
    );
    this.report = report;
    this.#recovered = recovered;
    this.#state = state;
    this.#tail = tail;
    this.#bytesAtSnapshot = -this.logBytes;
    this.#acceptedLastIndex = state.lastIndex;
    this.#acceptedSnapshotIndex = state.snapshot?.lastIncludedIndex ?? 0;
    this.#nextSnapshot = (state.snapshot?.number ?? 0) + 1;
    this.#spares = new Spares(this.#disk, segmentBytes, (error) => this.#fail(error));
    this.#fullRetry = options.fullRetry ?? ms(1000);
    this.#background = new BackgroundSnapshot({
      clock: options.clock,
      fullRetry: this.#fullRetry,
      write: (snapshot, onDone) => this.#writeSnapshot(snapshot, onDone),
      onWritten: (ref) => this.#onBackgroundSnapshot(ref),
      onFailure: (error) => this.#fail(error),
    });
    attempt(() => this.#spares.open(), (error) => {
      tail.close();
      this.#disk.unlock();
      throw error;
    });
    this.#spares.prepare();
  }

  /** How it is doing. */
  get condition(): WalCondition {
    if (this.#isClosed) return "closed";
    if (this.#failure !== undefined) return "failed";
    return this.#full === undefined ? "ok" : "full";
  }

  /** Why it does not write, if it does not. */
  get error(): DiskError | undefined {
    return this.#failure ?? this.#full;
  }

  /** For how long the disk has been busy with the same write: much, if it stalls. */
  get busyFor(): Millis {
    if (this.#busySince === undefined) return ms(0);
    return between(this.#busySince, this.#options.clock.now());
  }

  /** How many bytes that write has: a large one may take its time. */
  get busyBytes(): number {
    return this.#busySince === undefined ? 0 : this.#busyBytes;
  }

  /** The bytes of the log, without snapshots and without the space that was made for more. */
  get logBytes(): number {
    return this.#state.segments.reduce((sum, { bytes }) => sum + bytes, this.#tail.end);
  }

  /**
   * The bytes of the log that the newest snapshot does not stand for, as soon as that is handed over: how much another
   * one would save. What was there when the log was opened counts in full.
   */
  get bytesSinceSnapshot(): number {
    return this.#bytes - this.#bytesAtSnapshot;
  }

  /** What it has done. */
  get counts(): WalCounts {
    return { batches: this.#batches, syncs: this.#syncs, bytes: this.#bytes };
  }

  /** What was stored when it was opened. It keeps no hold of it afterwards. */
  load(): Recovered {
    const recovered = this.#recovered;
    if (recovered === undefined) throw new TypeError("A log is loaded before it is written to");
    return recovered;
  }

  persist(batch: DurableBatch, onDurable: () => void): void {
    if (this.#failure !== undefined || this.#onClosed !== undefined) return;
    this.#recovered = undefined;
    this.#waiting.push({ batch: this.#accept(batch), onDurable, ref: undefined });
    this.#go();
  }

  /** Writes what waits, gives everything back, and takes no more. `onClosed` runs when that is done. */
  close(onClosed: () => void = () => {}): void {
    this.#onClosed = onClosed;
    this.#go();
  }

  /** Takes the snapshot out of a batch if it can be written in the background, and begins with it. */
  #accept(batch: DurableBatch): DurableBatch {
    const { hardState, snapshot, discardLog, entries } = batch;
    const isCompaction = snapshot !== undefined && !discardLog &&
      snapshot.lastIncludedIndex <= this.#acceptedLastIndex;
    if (snapshot !== undefined) {
      const { lastIncludedIndex } = snapshot;
      this.#bytesAtSnapshot = this.#bytes;
      this.#acceptedSnapshotIndex = lastIncludedIndex;
      this.#acceptedLastIndex = discardLog
        ? lastIncludedIndex
        : Math.max(this.#acceptedLastIndex, lastIncludedIndex);
    }
    this.#acceptedLastIndex = entries?.at(-1)?.index ?? this.#acceptedLastIndex;
    if (!isCompaction || !this.#options.compactsInBackground) return batch;
    this.#background.begin({ ...snapshot, data: snapshot.data.slice() });
    return { ...(hardState && { hardState }), ...(entries && { entries }) };
  }

  /** Begins one thing after the other until one is under way. Those that end within their call come back here, too. */
  #go(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    try {
      while (!this.#isBusy && this.#beginNext());
    } finally {
      this.#isGoing = false;
    }
  }

  /** Begins the next thing. Returns false if there is none. */
  #beginNext(): boolean {
    if (this.#isClosed) return false;
    const isStuck = this.#failure !== undefined || this.#retryTimer !== undefined;
    if (isStuck) return this.#onClosed !== undefined && this.#finish();
    const first = this.#waiting[0];
    if (first === undefined) return this.#rest();
    if (first.batch.snapshot !== undefined && first.ref === undefined) {
      this.#beginSnapshot(first);
    } else this.#beginGroup();
    return true;
  }

  /** Nothing waits. */
  #rest(): boolean {
    attempt(() => this.#tail.seal(), (error) => {
      if (error.reason !== "full") this.#fail(error);
    });
    if (this.#onClosed === undefined || this.#background.isBusy) return false;
    this.#busy(0);
    this.#tail.sync((error) => {
      if (error !== undefined) this.#fail(error);
      this.#isBusy = false;
      this.#finish();
    });
    return true;
  }

  #finish(): boolean {
    this.#isClosed = true;
    this.#retryTimer?.cancel();
    this.#background.stop();
    this.#tail.close();
    this.#spares.stop(() => {
      this.#disk.unlock();
      this.#onClosed?.();
    });
    return false;
  }

  #beginSnapshot(pending: Pending): void {
    const snapshot = pending.batch.snapshot!;
    this.#busy(snapshot.data.length);
    this.#writeSnapshot(snapshot, (result) => {
      if ("number" in result) pending.ref = result;
      else this.#onError(result);
      this.#idle();
    });
  }

  #writeSnapshot(snapshot: Snapshot, onDone: OnSnapshot): void {
    writeSnapshot(this.#disk, this.#options.identity, this.#nextSnapshot++, snapshot, onDone);
  }

  /** A snapshot was written in the background. It takes effect when the log refers to it. */
  #onBackgroundSnapshot(ref: SnapshotRef): void {
    if (this.#failure !== undefined) return;
    if (ref.lastIncludedIndex >= this.#acceptedSnapshotIndex) {
      this.#waiting.push({ batch: {}, onDurable: () => {}, ref });
    } else {
      // A later one has been accepted meanwhile, perhaps one that came from the leader.
      attempt(() => this.#disk.remove(snapshotName(ref.number)), (error) => this.#fail(error));
    }
    this.#go();
  }

  /** Writes as much of what waits as belongs together, and syncs it. */
  #beginGroup(): void {
    const writer = this.#writer;
    this.#tail.begin(writer);
    let count = 0;
    for (const pending of this.#waiting) {
      const { batch, ref } = pending;
      // A snapshot comes alone, so that the account is up to date before and after it.
      if (count > 0 && (ref ?? batch.snapshot) !== undefined) break;
      const before = writer.length;
      if (!isEmpty(pending)) writer.batch(batch, ref);
      if (!this.#tail.hasRoom(writer.length)) {
        if (count === 0) return this.#beginSegment(writer.length);
        writer.undo(before);
        break;
      }
      count++;
      if (ref !== undefined || writer.length > this.#groupBytesMax) break;
    }
    if (writer.length === 0) return this.#onDurable(count);
    this.#busy(writer.length);
    attempt(() => {
      const { bytes } = writer;
      this.#syncs++;
      this.#bytes += bytes.length;
      this.#tail.write(bytes, (error) => {
        if (error === undefined) return this.#onDurable(count);
        this.#fail(error);
        this.#idle();
      });
    }, (error) => {
      this.#onError(error);
      this.#idle();
    });
  }

  #beginSegment(recordBytes: number): void {
    this.#busy(recordBytes);
    const { hardState, snapshot, lastIndex } = this.#state;
    const sequence = this.#tail.sequence + 1;
    const previousEnd = this.#tail.durable;
    const { identity } = this.#options;
    const header = { ...identity, sequence, previousEnd, hardState, snapshot, lastIndex };
    const { life } = this.#tail;
    rotate(this.#disk, this.#spares, { header, recordBytes, life }, (result) => {
      if ("error" in result) {
        if (result.mayRetry) this.#onError(result.error);
        else this.#fail(result.error);
      } else {
        this.#tail.close();
        this.#tail = result;
        this.#state.endSegment(previousEnd);
        this.#state.beginSegment(sequence);
        this.#spares.prepare();
      }
      this.#idle();
    });
  }

  /** The first so many of what waits are durable. */
  #onDurable(count: number): void {
    // What failed meanwhile, beside this write, has ended everything.
    if (this.#failure !== undefined) return this.#idle();
    // Batches that are handed over in these calls must not overtake the rest of the group.
    this.#isBusy = true;
    const group = this.#waiting.splice(0, count);
    this.#batches += count;
    for (const pending of group) this.#account(pending);
    if (this.#full !== undefined) {
      this.#full = undefined;
      this.#options.onRoom?.();
    }
    for (const { onDurable } of group) {
      if (this.#failure === undefined) onDurable();
    }
    const { gather } = this.#options;
    if (gather === undefined) return this.#idle();
    this.#busySince = undefined;
    gather(() => this.#idle());
  }

  #account({ batch, ref }: Pending): void {
    const { hardState, discardLog, entries } = batch;
    const before = this.#state.snapshot;
    this.#state.apply({
      hardState,
      snapshot: ref,
      discardLog,
      first: entries?.[0]?.index,
      last: entries?.at(-1)?.index,
    });
    if (ref === undefined) return;
    attempt(() => {
      if (before !== undefined) this.#disk.remove(snapshotName(before.number));
      const dropped = this.#state.takeDroppable();
      this.#spares.recycle(dropped.map(({ sequence }) => segmentName(sequence)));
    }, (error) => this.#fail(error));
  }

  #busy(bytes: number): void {
    this.#isBusy = true;
    this.#busyBytes = bytes;
    this.#busySince = this.#options.clock.now();
  }

  /** What was under way is over. */
  #idle(): void {
    this.#isBusy = false;
    this.#busySince = undefined;
    this.#go();
  }

  #onError(error: DiskError): void {
    if (error.reason !== "full") return this.#fail(error);
    this.#retryTimer = this.#options.clock.after(this.#fullRetry, () => {
      this.#retryTimer = undefined;
      this.#go();
    });
    if (this.#full !== undefined) return;
    this.#full = error;
    this.#options.onFull?.(error);
  }

  #fail(error: DiskError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#waiting.length = 0;
    this.#options.onFailure?.(error);
  }
}

/** Says whether there is nothing of a batch to be written. */
function isEmpty({ batch, ref }: Pending): boolean {
  return ref === undefined && batch.hardState === undefined && !batch.entries?.length;
}
