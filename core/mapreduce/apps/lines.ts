/** The lines of a text in bytes. */

const LINE_FEED = 10;

/** Calls `take` for each line as `bytes[start, end)`, without its line feed; the last line may lack it. */
export function forEachLine(bytes: Uint8Array, take: (start: number, end: number) => void): void {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    take(start, end);
    start = end + 1;
  }
}
