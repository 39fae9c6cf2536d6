/** Cuts a frozen shard into pieces of bounded size. */

import type { LeavingShard, ShardPiece } from "./group.ts";
import { itemBytes, type ShardItem } from "./shard_data.ts";

/** Cuts one shard. Going forward is cheap; going back begins again at the first item. */
export class PieceCutter {
  readonly #copy: LeavingShard;
  readonly #pieceBytes: number;
  #items: Iterator<ShardItem>;
  /** The place of the next item of `#items`. */
  #position = 0;
  /** The last piece, in case it is asked for again. */
  #last: ShardPiece | undefined;
  /** An item that did not fit into the last piece. */
  #left: ShardItem | undefined;

  constructor(copy: LeavingShard, pieceBytes: number) {
    this.#copy = copy;
    this.#pieceBytes = pieceBytes;
    this.#items = copy.data.items();
  }

  /** The piece that begins with the item of that place. It has at least one item, if there are any left. */
  pieceAt(offset: number): ShardPiece {
    if (this.#last?.offset === offset) return this.#last;
    if (offset < this.#position) this.#restart();
    while (this.#position < offset && this.#next() !== undefined);
    const { num, shard, to, data } = this.#copy;
    const items = this.#cut();
    return this.#last = { num, shard, to, offset, items, total: data.size };
  }

  #cut(): ShardItem[] {
    const items: ShardItem[] = [];
    let bytes = 0;
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      bytes += itemBytes(item);
      if (items.length > 0 && bytes > this.#pieceBytes) {
        this.#left = item;
        this.#position--;
        break;
      }
      items.push(item);
    }
    return items;
  }

  #next(): ShardItem | undefined {
    const item = this.#left ?? this.#items.next().value;
    this.#left = undefined;
    if (item !== undefined) this.#position++;
    return item;
  }

  #restart(): void {
    this.#items = this.#copy.data.items();
    this.#position = 0;
    this.#left = undefined;
  }
}
