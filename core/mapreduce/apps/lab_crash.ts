/** The labs' applications whose workers die and dawdle, and the same without (lab 1, §8.7). */

import { ms } from "../../base/units.ts";
import type { ByteApp } from "../app.ts";
import { compareBytes } from "../byte_order.ts";
import type { AppEnvironment } from "./environment.ts";

const encoder = new TextEncoder();

/** Emits four facts about each file, and lists the values of each sorted as text. */
export const nocrash: ByteApp = {
  bytes: true,
  wholeFiles: true,
  map(file, contents, emit) {
    const name = encoder.encode(file);
    emit(encoder.encode("a"), name);
    emit(encoder.encode("b"), encoder.encode(String(name.length)));
    emit(encoder.encode("c"), encoder.encode(String(contents.length)));
    emit(encoder.encode("d"), encoder.encode("xyzzy"));
  },
  reduce: (_key, values) => joined([...values].sort(compareBytes)),
};

/** Does the same, but a third of all calls end the process, and another third take up to ten seconds. */
export function crash(environment: AppEnvironment): ByteApp {
  return {
    ...nocrash,
    async map(file, contents, emit, context) {
      await maybeCrash(environment);
      await nocrash.map(file, contents, emit, context);
    },
    async reduce(key, values, context) {
      await maybeCrash(environment);
      return await nocrash.reduce(key, values, context);
    },
  };
}

async function maybeCrash({ random, exit, sleep }: AppEnvironment): Promise<void> {
  const draw = random.below(1000);
  if (draw < 330) await exit(1);
  else if (draw < 660) await sleep(ms(random.below(10_000)));
}

function joined(values: readonly Uint8Array[]): Uint8Array {
  const text = new Uint8Array(values.reduce((sum, { length }) => sum + length + 1, -1));
  let at = 0;
  for (const value of values) {
    text.set(value, at);
    at += value.length;
    if (at < text.length) text[at++] = 0x20;
  }
  return text;
}
