/**
 * Sorts records by their keys: Bentley and Sedgewick's multikey quicksort, four bytes at a time, with the four
 * bytes at hand kept beside the index so that most comparisons touch no record.
 *
 * A record is a row of 32-bit words, little-endian: the key's length, the value's length, one that the owner uses as
 * it likes, the key filled up with zeros to a word, the value likewise. An index is a list of the positions of
 * first words.
 */

/** How many words stand in a record before its key. */
export const RECORD_HEADER_WORDS = 3;

const INSERTION_MAX = 12;

/**
 * Sorts `index[first, last)` by key; equal keys by position, so that records that were laid down one behind the other
 * keep their order. `scratch` is as long as `index`, and overwritten.
 */
export function sortByKey(
  words: Uint32Array,
  index: Uint32Array,
  scratch: Uint32Array,
  first: number,
  last: number,
): void {
  loadWords(words, index, scratch, first, last, 0);
  sortLoaded(words, index, scratch, first, last, 0);
}

/** Puts the word of each key at `depth` into `scratch`, the first byte as the most significant. */
function loadWords(
  words: Uint32Array,
  index: Uint32Array,
  scratch: Uint32Array,
  first: number,
  last: number,
  depth: number,
): void {
  const at = RECORD_HEADER_WORDS + depth;
  for (let i = first; i < last; i++) {
    const record = index[i]!;
    scratch[i] = words[record]! > depth * 4 ? swapBytes(words[record + at]!) : 0;
  }
}

function swapBytes(word: number): number {
  return word << 24 | (word & 0xff00) << 8 | (word >>> 8 & 0xff00) | word >>> 24;
}

function sortLoaded(
  words: Uint32Array,
  index: Uint32Array,
  scratch: Uint32Array,
  first: number,
  last: number,
  depth: number,
): void {
  while (last - first > INSERTION_MAX) {
    const pivot = medianOfThree(
      scratch[first]!,
      scratch[(first + last) >>> 1]!,
      scratch[last - 1]!,
    );
    let less = first;
    let greater = last;
    for (let i = first; i < greater;) {
      const word = scratch[i]!;
      if (word < pivot) swap(index, scratch, less++, i++);
      else if (word > pivot) swap(index, scratch, i, --greater);
      else i++;
    }
    // The largest of the three parts is left to the loop, so that the stack stays shallow.
    const equal = greater - less;
    if (equal >= less - first && equal >= last - greater) {
      sortLoaded(words, index, scratch, first, less, depth);
      sortLoaded(words, index, scratch, greater, last, depth);
      first = sortEnded(words, index, scratch, less, greater, depth);
      last = greater;
      depth++;
      loadWords(words, index, scratch, first, last, depth);
      continue;
    }
    const deeper = sortEnded(words, index, scratch, less, greater, depth);
    loadWords(words, index, scratch, deeper, greater, depth + 1);
    sortLoaded(words, index, scratch, deeper, greater, depth + 1);
    if (less - first > last - greater) {
      sortLoaded(words, index, scratch, greater, last, depth);
      last = less;
    } else {
      sortLoaded(words, index, scratch, first, less, depth);
      first = greater;
    }
  }
  insertionSort(words, index, first, last, depth);
}

/**
 * Of records whose keys agree up to and including the word at `depth`, puts those whose key ends within it in
 * front, in order. The result is where the others begin.
 */
function sortEnded(
  words: Uint32Array,
  index: Uint32Array,
  scratch: Uint32Array,
  first: number,
  last: number,
  depth: number,
): number {
  if (last - first < 2) return last;
  let behind = first;
  // The word is filled up with zeros, so keys that differ only in the number of zero bytes at the end meet here.
  for (let length = depth * 4; length <= depth * 4 + 4; length++) {
    const begin = behind;
    for (let i = behind; i < last; i++) {
      if (words[index[i]!] === length) swap(index, scratch, behind++, i);
    }
    if (behind - begin > 1) index.subarray(begin, behind).sort();
    if (behind === last) break;
  }
  return behind;
}

function insertionSort(
  words: Uint32Array,
  index: Uint32Array,
  first: number,
  last: number,
  depth: number,
): void {
  for (let i = first + 1; i < last; i++) {
    const record = index[i]!;
    let at = i;
    while (at > first && compareRecords(words, index[at - 1]!, record, depth) > 0) {
      index[at] = index[at - 1]!;
      at--;
    }
    index[at] = record;
  }
}

function compareRecords(words: Uint32Array, a: number, b: number, depth: number): number {
  const aLength = words[a]!;
  const bLength = words[b]!;
  const end = (Math.min(aLength, bLength) + 3) >>> 2;
  for (let i = depth; i < end; i++) {
    const aWord = words[a + RECORD_HEADER_WORDS + i]!;
    const bWord = words[b + RECORD_HEADER_WORDS + i]!;
    if (aWord !== bWord) return (swapBytes(aWord) >>> 0) - (swapBytes(bWord) >>> 0);
  }
  return aLength - bLength || a - b;
}

function medianOfThree(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : Math.max(a, c)) : (a < c ? a : Math.max(b, c));
}

function swap(index: Uint32Array, scratch: Uint32Array, a: number, b: number): void {
  const record = index[a]!;
  index[a] = index[b]!;
  index[b] = record;
  const word = scratch[a]!;
  scratch[a] = scratch[b]!;
  scratch[b] = word;
}
