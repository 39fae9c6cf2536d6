/** Finds the names that somebody may have meant. */

/**
 * Returns at most `count` of the names that are nearest to `text`, nearest first, ignoring case; names
 * that have nothing to do with it are left out. The text is compared with the part of a name that is most
 * like it, because people type the middle of long names.
 */
export function nearestNames(text: string, names: readonly string[], count = 3): string[] {
  const wanted = text.toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/**
 * The number of letters to insert, delete, change or swap with their neighbour to get from `text` to the
 * part of `name` that is most like it; half a letter more if the lengths differ, so that a whole name wins.
 */
function distanceTo(text: string, name: string): number {
  let before: number[] = [];
  let last = new Array<number>(name.length + 1).fill(0);
  for (let i = 1; i <= text.length; i++) {
    const row = [i];
    for (let j = 1; j <= name.length; j++) {
      const changed = last[j - 1]! + (text[i - 1] === name[j - 1] ? 0 : 1);
      row[j] = Math.min(changed, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && text[i - 1] === name[j - 2] && text[i - 2] === name[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    before = last;
    last = row;
  }
  const inside = Math.min(...last);
  return inside + (text.length === name.length ? 0 : 0.5);
}
