/** Merges sorted walks into one. */

import { compareRanges } from "./byte_order.ts";
import type { PairCursor } from "./pair_cursor.ts";

/**
 * Makes one walk of several, each in the order of its keys: equal keys come in the order of the walks. A binary heap of
 * those walks that are not at their end; the first one is where the merged walk stands.
 */
export function mergeCursors(cursors: readonly PairCursor[]): PairCursor {
  return cursors.length === 1 ? cursors[0]! : new MergedCursor(cursors);
}

interface Way {
  readonly cursor: PairCursor;
  /** Its place among the walks. */
  readonly order: number;
}

class MergedCursor implements PairCursor {
  #waiting: readonly PairCursor[] | undefined;
  readonly #heap: Way[] = [];
  #top: PairCursor = AT_END;

  constructor(cursors: readonly PairCursor[]) {
    this.#waiting = cursors;
  }

  get key(): Uint8Array {
    return this.#top.key;
  }
  get keyStart(): number {
    return this.#top.keyStart;
  }
  get keyEnd(): number {
    return this.#top.keyEnd;
  }
  get keyPrefix(): number {
    return this.#top.keyPrefix;
  }
  get value(): Uint8Array {
    return this.#top.value;
  }
  get valueStart(): number {
    return this.#top.valueStart;
  }
  get valueEnd(): number {
    return this.#top.valueEnd;
  }

  next(): boolean {
    const heap = this.#heap;
    if (this.#waiting !== undefined) this.#begin(this.#waiting);
    else if (heap.length === 0) return false;
    else if (heap[0]!.cursor.next()) this.#siftDown(0);
    else {
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        this.#siftDown(0);
      }
    }
    this.#top = heap.length > 0 ? heap[0]!.cursor : AT_END;
    return heap.length > 0;
  }

  #begin(cursors: readonly PairCursor[]): void {
    this.#waiting = undefined;
    cursors.forEach((cursor, order) => {
      if (cursor.next()) this.#heap.push({ cursor, order });
    });
    for (let i = (this.#heap.length >>> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const way = heap[start]!;
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!comesBefore(heap[child]!, way)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = way;
  }
}

function comesBefore(a: Way, b: Way): boolean {
  const x = a.cursor;
  const y = b.cursor;
  if (x.keyPrefix !== y.keyPrefix) return x.keyPrefix < y.keyPrefix;
  const order = compareRanges(x.key, x.keyStart, x.keyEnd, y.key, y.keyStart, y.keyEnd);
  return order !== 0 ? order < 0 : a.order < b.order;
}

const AT_END: PairCursor = {
  key: new Uint8Array(0),
  keyStart: 0,
  keyEnd: 0,
  keyPrefix: 0,
  value: new Uint8Array(0),
  valueStart: 0,
  valueEnd: 0,
  next: () => false,
};
