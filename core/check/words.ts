/** How values look in messages: quoted, cut where they are long, and harmless to a terminal. */

const SHOWN_MAX = 60;

/** A value as in a program's text, or `absent`. Of a long one, both ends and the length. */
export function quoted(value: string | null): string {
  if (value === null) return "absent";
  if (value.length <= SHOWN_MAX) return printable(JSON.stringify(value));
  const half = SHOWN_MAX / 2;
  const [first, last] = [value.slice(0, half), value.slice(-half)].map((each) => quoted(each));
  return `${first} … ${last} (${value.length} characters)`;
}

/** Text without characters that would do something instead of being shown: control, and changes of direction. */
export function printable(text: string): string {
  return text.toWellFormed().replace(
    // deno-lint-ignore no-control-regex -- These are what is looked for.
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
