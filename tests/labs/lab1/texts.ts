/** The input of lab 1: the eight books where they are to be had, and texts of the same names and sizes elsewhere. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SeededRandom } from "../../../core/base/random.ts";
import { TextGenerator } from "../../../core/mapreduce/text_generator.ts";

/** The names and sizes of the books (lab 1, §7). */
const BOOKS: readonly (readonly [name: string, bytes: number])[] = [
  ["pg-being_ernest.txt", 138_885],
  ["pg-dorian_gray.txt", 453_168],
  ["pg-frankenstein.txt", 441_033],
  ["pg-grimm.txt", 540_174],
  ["pg-huckleberry_finn.txt", 594_262],
  ["pg-metamorphosis.txt", 139_054],
  ["pg-sherlock_holmes.txt", 581_863],
  ["pg-tom_sawyer.txt", 412_665],
];

/** One input file. */
export interface Text {
  /** Its name in the folder of the texts. */
  readonly name: string;
  readonly contents: Uint8Array;
}

/** The input of a test. */
export interface Texts {
  readonly files: readonly Text[];
  /** Whether they are the eight books, for which the right results are known. */
  readonly areBooks: boolean;
}

/** Returns the books from the folder that `DIST824_TEXTS` names, or `../shared/texts`; or other texts if they are not there. */
export async function loadTexts(): Promise<Texts> {
  for (const folder of [Deno.env.get("DIST824_TEXTS"), "../shared/texts"]) {
    if (folder === undefined || folder === "") continue;
    try {
      return { files: await readBooks(folder), areBooks: true };
    } catch {
      // Some are not there.
    }
  }
  return { files: generateTexts(), areBooks: false };
}

async function readBooks(folder: string): Promise<Text[]> {
  return await Promise.all(BOOKS.map(async ([name, bytes]) => {
    const contents = await readFile(join(folder, name));
    if (contents.length !== bytes) throw new Error(`${name} is another text`);
    return { name, contents };
  }));
}

/** Returns texts with the names and about the sizes of the books, always the same. */
export function generateTexts(): Text[] {
  const random = new SeededRandom(824n);
  return BOOKS.map(([name, bytes]) => {
    const contents = new Uint8Array(bytes);
    const generator = new TextGenerator(random.child(name), { vocabulary: 1 << 14 });
    return { name, contents: contents.subarray(0, generator.fill(contents)) };
  });
}
