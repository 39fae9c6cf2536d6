/** What stands between the protocol and the commands: requests go in together, replies come out in order. */

import type { Instant } from "../../base/units.ts";
import type { ReplyWriter } from "./reply_writer.ts";
import type { RespRequest } from "./request.ts";

/** One connected client, as its session sees it. */
export interface RespClient {
  /** Never used twice by one server. */
  readonly id: number;
  /** The other end, for people to read. */
  readonly peer: string;
  readonly openedAt: Instant;
  /** When its last requests arrived. */
  readonly activeAt: Instant;
  /** Whether it may send long requests, and many at a time: it has said who it is, or need not. */
  isTrusted: boolean;
  /** Whether the connection will be closed when the replies written so far have left. */
  readonly isEnding: boolean;
  /** Has it closed then. */
  end(): void;
}

/** What a server does for one client. */
export interface RespSession {
  /**
   * Answers `requests` from the one at `from` on, as many as it likes, at least one. It writes one reply for each to
   * `replies`, in order, and then calls `done`, once, with the place of the first that it has not answered; perhaps
   * within this call. Those come again when the client has taken the replies. There is never more than one such call
   * at a time; the bytes of requests are good until `done`.
   */
  answer(
    requests: readonly RespRequest[],
    from: number,
    replies: ReplyWriter,
    done: (next: number) => void,
  ): void;
  /** The client is gone. */
  close(): void;
}

/** Begins a session for a client that has just connected. */
export type OpenSession = (client: RespClient) => RespSession;
