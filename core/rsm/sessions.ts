/**
 * Duplicate detection (thesis §6.3): what each client last had carried out, and with what result. It is part of the
 * replicated state: it changes only when entries are applied, in the order of the log, and is the same on all replicas.
 */

import { equalBytes, NO_BYTES } from "../base/bytes.ts";
import type { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";

/** What is known of one client. A client's next command implies that it saw the result of the one before. */
export interface Session {
  /** Tells this session from others of the same client: the index of the entry that opened it; 0 if none did. */
  readonly session: number;
  /** The newest command carried out; 0 if none was. */
  readonly sequence: number;
  /** Its result. */
  readonly result: Uint8Array;
}

/** How much is kept. Without limits nothing is ever forgotten. */
export interface SessionLimits {
  /** How many clients at most. */
  readonly sessionsMax?: number;
  /** How many bytes of results at most, of all clients together. The newest one is always kept. */
  readonly resultBytesMax?: number;
}

/** Sessions by client. The one that was used least recently, in the order of the log, is forgotten first. */
export class Sessions {
  readonly #sessionsMax: number;
  readonly #resultBytesMax: number;
  /** Least recently used first. */
  #sessions = new Map<number, Session>();
  #resultBytes = 0;

  constructor({ sessionsMax = Infinity, resultBytesMax = Infinity }: SessionLimits = {}) {
    if (!(sessionsMax >= 1)) {
      throw new RangeError(`sessionsMax must be at least 1: current value is ${sessionsMax}`);
    }
    this.#sessionsMax = sessionsMax;
    this.#resultBytesMax = resultBytesMax;
  }

  /** Whether a session can be forgotten, so that an unknown client may be one that was known. */
  get isBounded(): boolean {
    return this.#sessionsMax !== Infinity || this.#resultBytesMax !== Infinity;
  }

  /** How many clients have a session. */
  get size(): number {
    return this.#sessions.size;
  }

  /** How many bytes their results have. */
  get resultBytes(): number {
    return this.#resultBytes;
  }

  /** What is known of a client. Looking does not count as use. */
  find(clientId: number): Session | undefined {
    return this.#sessions.get(clientId);
  }

  /** All sessions, the least recently used first. */
  entries(): IterableIterator<[number, Session]> {
    return this.#sessions.entries();
  }

  /** Gives a client a session of that number, unless it has one; returns the one it has. */
  open(clientId: number, session: number): Session {
    const opened = this.#sessions.get(clientId) ?? { session, sequence: 0, result: NO_BYTES };
    this.#put(clientId, opened);
    return opened;
  }

  /** Counts as use of a session that is there. */
  touch(clientId: number): void {
    const session = this.#sessions.get(clientId);
    if (session !== undefined) this.#put(clientId, session);
  }

  /** Remembers a client's newest command and its result. */
  record(clientId: number, { session, sequence, result }: Session): void {
    const before = this.#sessions.get(clientId)?.result;
    // Often a client's commands have all the same result, such as that a value was set.
    const isSame = before !== undefined && equalBytes(before, result);
    this.#put(clientId, { session, sequence, result: isSame ? before : alone(result) });
  }

  /** Takes over the sessions of others, where they are newer. */
  merge(others: Iterable<readonly [number, Session]>): void {
    for (const [clientId, other] of others) {
      const mine = this.#sessions.get(clientId);
      if (mine === undefined || other.sequence > mine.sequence) this.#put(clientId, other);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#sessions.clear();
    this.#resultBytes = 0;
  }

  /** Writes all sessions, in the order of their use. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#sessions.size);
    for (const [clientId, { session, sequence, result }] of this.#sessions) {
      writer.varint(clientId);
      writer.varint(session);
      writer.varint(sequence);
      writer.bytes(result);
    }
  }

  /**
   * Reads sessions in place of these.
   *
   * @throws {DamagedDataError} If they are none, or one client has two.
   */
  decode(reader: ByteReader): void {
    this.clear();
    for (let count = reader.varint(); count > 0; count--) {
      const offset = reader.offset;
      const clientId = reader.varint();
      if (this.#sessions.has(clientId)) {
        throw new DamagedDataError(`Client ${clientId} has two sessions`, offset);
      }
      const session = reader.varint();
      const sequence = reader.varint();
      this.#put(clientId, { session, sequence, result: alone(reader.bytes()) });
    }
  }

  /** Puts a session behind all others, and forgets the first ones if there are too many. */
  #put(clientId: number, session: Session): void {
    this.#remove(clientId);
    this.#sessions.set(clientId, session);
    this.#resultBytes += session.result.length;
    while (
      this.#sessions.size > this.#sessionsMax ||
      this.#resultBytes > this.#resultBytesMax && this.#sessions.size > 1
    ) {
      for (const oldest of this.#sessions.keys()) {
        this.#remove(oldest);
        break;
      }
    }
  }

  #remove(clientId: number): void {
    const session = this.#sessions.get(clientId);
    if (session === undefined) return;
    this.#resultBytes -= session.result.length;
    this.#sessions.delete(clientId);
  }
}

/** Bytes with memory of their own: a view that is kept for long would keep alive all that it is cut from. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}
