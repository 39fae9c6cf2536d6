/** Lines that a test adds to its result: what it counted or measured. */

/** Prints a line. */
export function report(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
