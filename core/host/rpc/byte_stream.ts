/**
 * The byte streams that calls travel on, and how they come to be: TCP by default. Whoever wants another kind
 * (one that encrypts, one that breaks on purpose) passes other functions for `dial` and `listen`.
 */

/** Where a server listens. */
export interface Address {
  readonly hostname: string;
  /** 0 lets the system pick one when listening. */
  readonly port: number;
}

/** A connection to one peer: bytes in order, both ways. At most one read and one write run at a time. */
export interface ByteStream {
  /** The other end, for people to read. */
  readonly peer: string;
  /** Reads at least one byte, at most `into.length`; `null` at the end. Rejects when the stream breaks or is closed. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes at least one byte of `bytes` and resolves how many. Rejects when the stream breaks or is closed. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes both ways at once. Harmless when it is closed already. */
  close(): void;
}

/** Takes connections in. */
export interface ByteStreamListener {
  /** The address in fact, with the port that the system picked. */
  readonly address: Address;
  /** Resolves the next connection, or `undefined` once the listener is closed. */
  accept(): Promise<ByteStream | undefined>;
  close(): void;
}

/** Opens a connection. Rejects if it cannot be opened, or once `signal` is aborted. */
export type Dial = (address: Address, signal: AbortSignal) => Promise<ByteStream>;

/** Begins to listen. Throws if that cannot be done. */
export type Listen = (address: Address) => ByteStreamListener;
