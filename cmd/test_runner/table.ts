/** Text in columns. */

/** How a column is aligned. */
export type Align = "left" | "right";

/**
 * Lays out rows of cells in columns, two blanks apart, without blanks at the ends of lines. The first row
 * is the heading. Cells that a row lacks are empty.
 */
export function tableText(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
): string {
  const widths = aligns.map((_, column) =>
    Math.max(0, ...rows.map((row) => [...(row[column] ?? "")].length))
  );
  const line = (row: readonly string[]) =>
    aligns.map((align, column) => pad(row[column] ?? "", widths[column]!, align)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

function pad(cell: string, width: number, align: Align): string {
  const blanks = " ".repeat(width - [...cell].length);
  return align === "left" ? cell + blanks : blanks + cell;
}

/** Writes an integer with commas between the thousands: `1,234,567`. */
export function grouped(value: number): string {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
