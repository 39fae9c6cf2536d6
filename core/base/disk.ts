/**
 * The port between what must not be lost and the disk that keeps it: one folder of files, written in place, with
 * every sync said aloud. What was written and not synced may be lost in a crash, whole or in part; a name that was
 * given or taken away may come back as it was until the folder's names are synced.
 *
 * What is quick is done within the call and throws; what waits for the medium takes a callback, which may
 * run within the call. There are no promises, so that a simulated disk decides the order of all that happens.
 */

/**
 * Why an operation failed: `full`: there is no room; `locked`: another process owns the folder; `absent`: there is no
 * such file; `error`: anything else, after which nothing is known of what the operation was about.
 */
export type DiskErrorReason = "full" | "locked" | "absent" | "error";

/** An operation of a disk failed. The message names the file and says what could not be done. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly reason: DiskErrorReason;

  constructor(reason: DiskErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Learns that an operation is over: it succeeded unless there is an error. */
export type OnDone = (error: DiskError | undefined) => void;

/** An open file. It stays the same file when it is renamed or its name is taken away. */
export interface DiskFile {
  /** The size in bytes. */
  readonly size: number;
  /** Reads up to `length` bytes from `offset` on: fewer only at the end of the file. */
  read(offset: number, length: number): Uint8Array;
  /**
   * Writes into the file, or at its end; what lies between its end and `offset` becomes zeros. For what is small: the
   * caller waits until the system has taken the bytes.
   *
   * @throws {DiskError} If it fails; then any part of the bytes may have been written.
   */
  write(offset: number, bytes: Uint8Array): void;
  /** The same for what is large. `bytes` must stay as they are until it is over; one such call at a time. */
  writeLater(offset: number, bytes: Uint8Array, onDone: OnDone): void;
  /**
   * Makes what was written before this call survive a crash. If it fails, nobody knows what of it did, and another
   * sync may succeed without having made up for it.
   */
  sync(onDone: OnDone): void;
  /** The same for a caller that has nothing else to do, as when a program starts. */
  syncNow(): void;
  /** Gives the file back. Not a sync. */
  close(): void;
}

/** A folder of files to look at, without changing anything. All methods throw {@linkcode DiskError} if they fail. */
export interface ReadableDisk {
  /** What the folder is called, for messages. */
  readonly path: string;
  /** The names of the files, sorted. */
  list(): string[];
  /** Opens a file that exists, to read it. */
  open(name: string): Pick<DiskFile, "size" | "read" | "close">;
}

/** A folder of files. All methods throw {@linkcode DiskError} if they fail. */
export interface Disk {
  /** What the folder is called, for messages. */
  readonly path: string;
  /** Makes this process the owner of the folder, until {@linkcode unlock} or its end, however it comes. */
  lock(): void;
  /** Gives the folder up. */
  unlock(): void;
  /** The names of the files, sorted. */
  list(): string[];
  /** Opens a file that exists. */
  open(name: string): DiskFile;
  /** Makes an empty file, in place of one of that name. */
  create(name: string): DiskFile;
  /** Gives a file another name, in place of one of that name, in one step. */
  rename(from: string, to: string): void;
  /** Takes a file's name away. Harmless if there is no such file. */
  remove(name: string): void;
  /** Makes the names, as they are before this call, survive a crash. */
  syncNames(onDone: OnDone): void;
  /** The same for a caller that has nothing else to do. */
  syncNamesNow(): void;
}
