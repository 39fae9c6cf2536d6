/** What clients of the Redis protocol can make a server hold, do or wait for. */

import { type Millis, ms } from "../../base/units.ts";

/** Bounds on one request. */
export interface RequestLimits {
  /** Words in a request. More, and the client is dropped. */
  readonly wordsMax: number;
  /** The longest word. A longer one is skipped without being kept, and its request is refused. */
  readonly wordBytesMax: number;
  /** The longest request with everything in it. A longer one is skipped and refused likewise. */
  readonly requestBytesMax: number;
  /** Words, and bytes in a word, before the client is authenticated. More, and it is dropped. */
  readonly strangerWordsMax: number;
  readonly strangerWordBytesMax: number;
}

/** Bounds on what a server does for its clients. */
export interface RespLimits extends RequestLimits {
  /** Clients at a time; what comes beyond is told so and closed. */
  readonly clientsMax: number;
  /** What all clients together can make the server keep of requests, in bytes; who needs more is dropped. */
  readonly inputBytesMax: number;
  /** The same for replies that clients have not taken. */
  readonly outputBytesMax: number;
  /** A client that says nothing for so long is dropped. */
  readonly idleTime: Millis;
  /** How long a client may take to send a request or to take its replies; beyond it, `slowestRate` counts. */
  readonly patience: Millis;
  /** Bytes per second, on average, that make up for being late. */
  readonly slowestRate: number;
  /** How long a client may stay without authentication, where that is needed. */
  readonly strangerTime: Millis;
  /** How long a server that is closed waits for its last replies to be taken. */
  readonly closeTime: Millis;
}

/** The limits that hold unless told otherwise. */
export const DEFAULT_RESP_LIMITS: RespLimits = {
  wordsMax: 128 * 1024,
  wordBytesMax: 8 * 1024 * 1024,
  requestBytesMax: 12 * 1024 * 1024,
  strangerWordsMax: 10,
  strangerWordBytesMax: 16 * 1024,
  clientsMax: 10_000,
  inputBytesMax: 256 * 1024 * 1024,
  outputBytesMax: 256 * 1024 * 1024,
  idleTime: ms(3_600_000),
  patience: ms(30_000),
  slowestRate: 1024,
  strangerTime: ms(10_000),
  closeTime: ms(1000),
};
