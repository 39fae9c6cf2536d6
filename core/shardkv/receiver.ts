/** The receiving end of transfers: puts pieces of shards into the log of the group that waits for them. */

import { DamagedDataError } from "../base/errors.ts";
import type { Transport } from "../base/ports.ts";
import type { Replica } from "../rsm/replica.ts";
import { encodeOwnCommand } from "./commands.ts";
import type { Group, ShardPiece } from "./group.ts";
import { decodePiece, encodePieceReply, type PieceReply } from "./piece_codec.ts";
import { decodeGroupReply } from "./results.ts";
import { TRANSFER_SERVICE } from "./transfer.ts";

/** What a receiver needs. */
export interface ReceiverOptions {
  readonly transport: Pick<Transport, "serve">;
  readonly replica: Pick<Replica, "view" | "propose">;
  readonly group: () => Group;
  /** A piece has come of a configuration that this group has not reached. */
  readonly onBehind: () => void;
}

/** Answers the transfers of other groups. */
export class Receiver {
  readonly #options: ReceiverOptions;
  /** The pieces that were proposed and are not yet applied, so that none is proposed twice. */
  readonly #proposed = new Set<string>();

  constructor(options: ReceiverOptions) {
    this.#options = options;
    options.transport.serve(TRANSFER_SERVICE, (request, reply) => {
      this.#onPiece(request, (answer) => reply(encodePieceReply(answer)));
    });
  }

  #onPiece(request: Uint8Array, reply: (reply: PieceReply) => void): void {
    const piece = decode(request);
    if (piece === undefined) return;
    const answer = this.#options.group().expects(piece);
    // What is installed stays so, and what this server knows of it is committed, whether it leads or not.
    if (answer.kind === "installed" || answer.kind === "misdirected") return reply(answer);
    if (this.#options.replica.view.role !== "leader") return reply({ kind: "notLeader" });
    if (answer.kind === "notReady") this.#options.onBehind();
    if (answer.kind === "notReady" || answer.received !== piece.offset) return reply(answer);
    this.#propose(piece, reply);
  }

  #propose(piece: ShardPiece, reply: (reply: PieceReply) => void): void {
    const key = `${piece.num}/${piece.shard}/${piece.offset}`;
    if (this.#proposed.has(key)) return reply({ kind: "notReady" });
    this.#proposed.add(key);
    this.#options.replica.propose(encodeOwnCommand({ kind: "take", piece }), (outcome) => {
      this.#proposed.delete(key);
      const result = outcome.kind === "done" ? decodeGroupReply(outcome.result) : undefined;
      reply(result?.kind === "piece" ? result.answer : { kind: "notLeader" });
    });
  }
}

/** Who sends garbage gets no answer. */
function decode(bytes: Uint8Array): ShardPiece | undefined {
  try {
    return decodePiece(bytes);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
