/** The list of all planted mistakes, as it stands in `docs/bugs.md`. */

import type { Mistake } from "./mistake.ts";

/** What `dist824 bugs --json` knows of a mistake, as far as the list shows it. */
export interface Matrix {
  readonly name: string;
  readonly catches: readonly ({ readonly test: string } | null)[];
  readonly medianSeeds?: number;
}

const BEGIN = "<!-- mistakes: begin -->";
const END = "<!-- mistakes: end -->";

/** Puts the list into a page, between its two marks. */
export function withCatalogue(
  page: string,
  mistakes: readonly Mistake[],
  matrix: readonly Matrix[],
): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`The page lacks ${BEGIN} and ${END}`);
  const list = rows(mistakes, matrix).join("\n");
  return `${page.slice(0, begin + BEGIN.length)}\n\n${list}\n\n${page.slice(end)}`;
}

function rows(mistakes: readonly Mistake[], matrix: readonly Matrix[]): string[] {
  const head = ["Name", "What goes wrong", "The rule", "Lab", "Seeds", "Noticed by"];
  const lines = mistakes.map(({ name, does, breaks, labs }) => {
    const found = matrix.find((each) => each.name === name);
    const tests = new Set(found?.catches.flatMap((each) => each?.test ?? []));
    return [
      `\`${name}\``,
      does,
      breaks,
      labs.join(", "),
      `${found?.medianSeeds ?? ""}`,
      [...tests]
        .join(", "),
    ];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
}
