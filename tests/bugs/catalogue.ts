/** The list of all planted mistakes, as it stands in `docs/bugs.md`. */

import { propertyIn } from "../labs/rules.ts";
import type { Mistake } from "./mistake.ts";

/** What `dist824 bugs --json` knows of a mistake, as far as the list shows it. */
export interface Matrix {
  readonly name: string;
  readonly catches: readonly ({ readonly test: string; readonly reason: string } | null)[];
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
    return [
      `\`${name}\``,
      does,
      breaks,
      labs.join(", "),
      `${found?.medianSeeds ?? ""}`,
      found === undefined ? "" : noticedBy(found),
    ];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
}

/** The properties that were seen broken, and the tests in which that was. */
function noticedBy({ catches }: Matrix): string {
  const found = catches.filter((each) => each !== null);
  const properties = new Set(found.flatMap(({ reason }) => propertyIn(reason) ?? []));
  const tests = new Set(found.map(({ test }) => test));
  const places = [...tests].join(", ");
  if (properties.size === 0) return places;
  return `${[...properties].map((name) => `\`${name}\``).join(", ")} in ${places}`;
}
