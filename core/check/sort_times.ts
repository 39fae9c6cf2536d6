/** Sorts events by their times without comparing them: the bits of a number, digit by digit, from the lowest. */

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** The lower half of a number has 32 bits, in three digits; so has the upper one. */
const PASSES = 6;

/**
 * The events in the order of their times, `times[event]`; those at equal times stay in the order in which they were.
 */
export function sortedByTime(times: Float64Array, events: Int32Array): Int32Array {
  const [low, high] = sortableBits(times);
  const counts = new Int32Array(PASSES * DIGITS);
  for (let i = 0; i < events.length; i++) {
    const event = events[i]!;
    for (let pass = 0; pass < PASSES; pass++) {
      counts[pass * DIGITS + digitOf(pass < 3 ? low : high, event, pass)]!++;
    }
  }
  let from: Int32Array = events;
  let to: Int32Array = new Int32Array(events.length);
  for (let pass = 0; pass < PASSES; pass++) {
    const half = pass < 3 ? low : high;
    const ofPass = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    if (events.length === 0 || ofPass[digitOf(half, events[0]!, pass)] === events.length) continue;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = ofPass[digit]!;
      ofPass[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < from.length; i++) {
      const event = from[i]!;
      to[ofPass[digitOf(half, event, pass)]!++] = event;
    }
    [from, to] = [to, from === events ? new Int32Array(events.length) : from];
  }
  return from;
}

function digitOf(half: Uint32Array, event: number, pass: number): number {
  return (half[event]! >>> ((pass % 3) * DIGIT_BITS)) & (DIGITS - 1);
}

/** Both halves of each number, changed so that they compare like the numbers do. */
function sortableBits(times: Float64Array): [low: Uint32Array, high: Uint32Array] {
  const low = new Uint32Array(times.length);
  const high = new Uint32Array(times.length);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < times.length; i++) {
    // Both zeros are the same time.
    view.setFloat64(0, times[i]! + 0);
    const upper = view.getUint32(0);
    const flip = upper >>> 31 === 1 ? 0xffff_ffff : 0;
    high[i] = (upper ^ (flip | 0x8000_0000)) >>> 0;
    low[i] = (view.getUint32(4) ^ flip) >>> 0;
  }
  return [low, high];
}
