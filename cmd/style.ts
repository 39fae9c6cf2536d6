/** Colours, where they are wanted. */

import { styleText } from "node:util";
import type { OutputStream } from "./command.ts";

/** The styles in use. */
export type TextStyle = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Returns `text` in that style if `stream` shows colours, and unchanged otherwise. */
export function styled(stream: OutputStream, style: TextStyle, text: string): string {
  return stream.colors ? styleText(style, text, { validateStream: false }) : text;
}
