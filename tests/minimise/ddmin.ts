/** Delta debugging (Zeller and Hildebrandt, 2002): the search for a small part that fails as the whole does. Pure. */

/** Says whether it still fails with only these. */
export type StillFails<T> = (kept: readonly T[]) => Promise<boolean>;

/**
 * Returns a part of `items`, in their order, that still fails, by leaving out ever smaller pieces. That `items` fails is
 * taken for granted. If nothing more can be tried, `stillFails` may say no to everything.
 *
 * No single item of the result can be left out, provided that whatever contains something that fails also fails. Without
 * that the result fails all the same, and no single item can be left out of it either.
 */
export async function ddmin<T>(
  items: readonly T[],
  stillFails: StillFails<T>,
): Promise<readonly T[]> {
  if (items.length === 0 || await stillFails([])) return [];
  let kept = items;
  let size = Math.ceil(kept.length / 2);
  // With one item left, that it cannot be left out is known.
  while (kept.length > 1) {
    const before = kept.length;
    kept = await withoutPieces(kept, size, stillFails);
    if (size > 1) size = Math.min(Math.ceil(size / 2), Math.max(1, Math.ceil(kept.length / 2)));
    else if (kept.length === before) break;
  }
  return kept;
}

/** Tries to leave out each piece of that size, from the first to the last. */
async function withoutPieces<T>(
  items: readonly T[],
  size: number,
  stillFails: StillFails<T>,
): Promise<readonly T[]> {
  let kept = items;
  let at = 0;
  while (at < kept.length) {
    const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
    // Nothing at all was tried first.
    if (fewer.length > 0 && await stillFails(fewer)) kept = fewer;
    else at += size;
  }
  return kept;
}

/**
 * Returns a number of `[0, from]` with which it still fails, and with one less does not, as far as `probesMax` trials
 * tell. That it fails with `from` is taken for granted.
 */
export async function shrinkNumber(
  from: number,
  stillFails: (value: number) => Promise<boolean>,
  probesMax: number,
): Promise<number> {
  if (from === 0 || probesMax === 0 || await stillFails(0)) return probesMax === 0 ? from : 0;
  let [fails, passes] = [from, 0];
  for (let probe = 1; probe < probesMax && fails - passes > 1; probe++) {
    const middle = passes + Math.floor((fails - passes) / 2);
    if (await stillFails(middle)) fails = middle;
    else passes = middle;
  }
  return fails;
}
