/** Distributed grep (the paper's §2.3): the lines that match a pattern. */

import type { ByteApp } from "../app.ts";
import { AppError } from "../app_error.ts";
import { partition } from "../partition.ts";
import { decodeText } from "../text_codec.ts";
import { forEachLine } from "./lines.ts";

const OFFSET_DIGITS = 16;

const encoder = new TextEncoder();

/**
 * Makes the application that writes `file:line` for every line that `pattern`, a regular expression of JavaScript with
 * the flag `u`, is found in. The lines of a file stay together and in order.
 *
 * @throws {AppError} If the pattern is none.
 */
export function grep(pattern: string): ByteApp {
  const regExp = compile(pattern);
  return {
    bytes: true,
    map(file, contents, emit, { offset }) {
      const prefix = `${file}\0`;
      forEachLine(contents, (start, end) => {
        if (!regExp.test(decodeText(contents, start, end))) return;
        const place = String(offset + start).padStart(OFFSET_DIGITS, "0");
        emit(encoder.encode(prefix + place), contents.subarray(start, end));
      });
    },
    reduce: (_place, lines) => [...lines][0]!,
    reduceLines(place, lines, write) {
      const file = place.subarray(0, place.length - OFFSET_DIGITS - 1);
      for (const line of lines) {
        const out = new Uint8Array(file.length + 1 + line.length);
        out.set(file);
        out[file.length] = 0x3a;
        out.set(line, file.length + 1);
        write(out);
      }
    },
    partition: (place, reduceTasks) =>
      partition(place.subarray(0, place.length - OFFSET_DIGITS - 1), reduceTasks),
  };
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch (cause) {
    throw new AppError(`The pattern of grep cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}
