/** The input of a simulated job: texts, and where they lie, drawn from its seed. */

import type { Random } from "../../core/base/ports.ts";
import type { InputFile } from "../../core/mapreduce/splits.ts";
import type { Interventions } from "../labs/harness/interventions.ts";
import type { Profile } from "./sim_profile.ts";

const WORDS = "a b c d e f g h i the of and to in that it is was for you he be with on as".split(
  " ",
);

/** What the input is drawn from, and what may be left out of it. */
export interface InputOptions {
  readonly random: Random;
  readonly profile: Profile;
  readonly interventions: Interventions;
}

/** An input. */
export interface DrawnInput {
  /** The text of each file, by the file's name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly files: readonly InputFile[];
}

/** Draws an input; what is left out of it, files and lines, is drawn all the same. */
export function drawInput({ random, profile, interventions }: InputOptions): DrawnInput {
  const drawn = drawLines(random, profile);
  const machines = drawn.map(() => [`machine-${random.below(profile.machines)}`]);
  const texts = new Map<string, string>();
  const files: InputFile[] = [];
  for (const [i, lines] of drawn.entries()) {
    const file = `in-${i}.txt`;
    if (!interventions.allows("input", file)) continue;
    const kept = lines.filter((_, line) => interventions.allows("line", `${file}:${line + 1}`));
    const text = kept.join("");
    texts.set(file, text);
    files.push({ file, size: text.length, machines: machines[i]! });
  }
  return { texts, files };
}

/** The lines of each file; the last one of a file need not have an end. */
function drawLines(random: Random, profile: Profile): string[][] {
  return Array.from({ length: profile.files }, () => {
    const lines: string[] = [];
    for (let line = random.between(0, profile.linesMax); line > 0; line--) {
      const words = Array.from({ length: random.between(0, 9) }, () => drawWord(random));
      if (profile.badLines !== "none" && random.chance(1, 60)) words.push("BAD");
      lines.push(words.join(" ") + (line > 1 || random.chance(1, 2) ? "\n" : ""));
    }
    return lines;
  });
}

function drawWord(random: Random): string {
  const word = WORDS[random.below(WORDS.length)]!;
  return random.chance(1, 3) ? word + WORDS[random.below(WORDS.length)] : word;
}
