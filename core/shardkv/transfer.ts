/**
 * Hands one frozen shard to the group that shall have it: piece by piece, for as long as it takes. How much has come
 * is known to the receiver alone, so a new leader of the sending group asks it, and goes on from there.
 */

import type { Clock, Timer } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import { travelTime } from "../rsm/travel_time.ts";
import type { LeavingShard } from "./group.ts";
import { decodePieceReply, encodePiece, type PieceReply } from "./piece_codec.ts";
import { PieceCutter } from "./piece_cutter.ts";

/** The service under which groups hand shards to each other. */
export const TRANSFER_SERVICE = "ShardTransfer";

/** Calls a server of any group, by the name that it has in configurations. Otherwise as `Transport.call`. */
export type CallServer = (
  server: string,
  service: string,
  request: Uint8Array,
  onReply: (reply: Uint8Array | undefined) => void,
) => void;

/** What a transfer needs. */
export interface TransferOptions {
  readonly copy: LeavingShard;
  /** Where the receiver's servers are at present. */
  readonly servers: () => readonly string[];
  readonly call: CallServer;
  readonly clock: Clock;
  /** How large a piece may become, in bytes; a single item goes out however large it is. */
  readonly pieceBytes: number;
  readonly callTimeout: Millis;
  /** How long to wait when nobody could take a piece. */
  readonly pause: Millis;
  /** The receiver has the whole shard, durably. */
  readonly onInstalled: () => void;
}

/** One transfer under way. */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #cutter: PieceCutter;
  /** How many items the receiver has, as far as is known. */
  #offset = 0;
  /** Which of the receiver's servers is asked. */
  #server = 0;
  #failures = 0;
  /** Counts calls, so that an answer that comes after its time is known. */
  #call = 0;
  #timer: Timer | undefined;
  #ended = false;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.#cutter = new PieceCutter(options.copy, options.pieceBytes);
    this.#send();
  }

  /** How many items the receiver is known to have. */
  get sent(): number {
    return this.#offset;
  }

  /** Ends it, wherever it is. */
  stop(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  #send(): void {
    const { call, callTimeout } = this.#options;
    const servers = this.#options.servers();
    if (servers.length === 0) return this.#sendLater();
    const server = servers[this.#server % servers.length]!;
    const number = ++this.#call;
    const onReply = (bytes: Uint8Array | undefined) => {
      if (this.#ended || number !== this.#call) return;
      this.#timer?.cancel();
      this.#onReply(bytes === undefined ? undefined : decodePieceReply(bytes), servers.length);
    };
    const piece = encodePiece(this.#cutter.pieceAt(this.#offset));
    const patience = ms(callTimeout + travelTime(piece.length));
    this.#timer = this.#options.clock.after(patience, () => onReply(undefined));
    call(server, TRANSFER_SERVICE, piece, onReply);
  }

  #onReply(reply: PieceReply | undefined, serverCount: number): void {
    switch (reply?.kind) {
      case "installed":
        this.stop();
        return this.#options.onInstalled();
      case "partial":
        this.#failures = 0;
        this.#offset = reply.received;
        return this.#send();
      case "notReady":
        return this.#sendLater();
      default:
        // No answer, no leader, or somebody else: the next one may be better.
        this.#server++;
        if (++this.#failures % serverCount === 0) this.#sendLater();
        else this.#send();
    }
  }

  #sendLater(): void {
    this.#call++;
    this.#timer = this.#options.clock.after(this.#options.pause, () => this.#send());
  }
}
