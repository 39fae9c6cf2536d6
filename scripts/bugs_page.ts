/**
 * Writes the list of planted mistakes in `docs/bugs.md` anew, with what a hunt for them has found:
 * `dist824 bugs --json matrix.json`, then `deno run -A scripts/bugs_page.ts matrix.json`.
 */

import { withCatalogue } from "../tests/bugs/catalogue.ts";
import { MISTAKES } from "../tests/bugs/mod.ts";

const PAGE = new URL("../docs/bugs.md", import.meta.url);

const matrix = JSON.parse(await Deno.readTextFile(Deno.args[0]!));
const page = await Deno.readTextFile(PAGE);
await Deno.writeTextFile(PAGE, withCatalogue(page, MISTAKES, matrix));
