/** How values look in messages: quoted, and cut where they are long. */

const SHOWN_MAX = 60;

/** A value as in a program's text, or `absent`. Of a long one, both ends and the length. */
export function quoted(value: string | null): string {
  if (value === null) return "absent";
  if (value.length <= SHOWN_MAX) return JSON.stringify(value);
  const half = SHOWN_MAX / 2;
  const [first, last] = [value.slice(0, half), value.slice(-half)];
  return `${JSON.stringify(first)} … ${JSON.stringify(last)} (${value.length} characters)`;
}
