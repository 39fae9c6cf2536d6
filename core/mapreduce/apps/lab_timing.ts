/** The labs' applications that look whether workers work at the same time (lab 1, §8.3 to §8.6). */

import { ms } from "../../base/units.ts";
import type { KeyValue, TextApp } from "../app.ts";
import type { AppEnvironment } from "./environment.ts";

const LETTERS = "abcdefghij";

/** Emits when each worker's maps began, and how many workers mapped at that time. */
export function mtiming(environment: AppEnvironment): TextApp {
  const { pid } = environment;
  return {
    wholeFiles: true,
    async map() {
      const startedAt = environment.epochSeconds();
      const workers = await countParallel(environment, "map");
      return [
        { key: `times-${pid}`, value: startedAt.toFixed(1) },
        { key: `parallel-${pid}`, value: String(workers) },
      ];
    },
    reduce: (_key, values) => [...values].sort(byCodeUnits).join(" "),
  };
}

/** Writes for ten keys how many workers reduced at that time. */
export function rtiming(environment: AppEnvironment): TextApp {
  return {
    wholeFiles: true,
    map: () => [...LETTERS].map((key) => ({ key, value: "1" })),
    reduce: async () => String(await countParallel(environment, "reduce")),
  };
}

/** Counts the calls of `map` over all workers. */
export function jobcount(environment: AppEnvironment): TextApp {
  let calls = 0;
  return {
    wholeFiles: true,
    async map() {
      await touch(environment, `mr-worker-jobcount-${environment.pid}-${calls++}`);
      await environment.sleep(ms(environment.random.between(2000, 4999)));
      return [{ key: "a", value: "x" }];
    },
    async reduce() {
      const names = await environment.folder.list(".");
      return String(names.filter((name) => name.startsWith("mr-worker-jobcount")).length);
    },
  };
}

/** Takes long for two of the books, so that a worker that leaves too early is found out. */
export function earlyExit(environment: AppEnvironment): TextApp {
  return {
    wholeFiles: true,
    map: (file): KeyValue[] => [{ key: file, value: "1" }],
    async reduce(file, values) {
      if (file.includes("sherlock") || file.includes("tom")) await environment.sleep(ms(3000));
      return String([...values].length);
    },
  };
}

/** Counts the workers that are in this phase, and stays in it for a second. */
async function countParallel(environment: AppEnvironment, phase: string): Promise<number> {
  const prefix = `mr-worker-${phase}-`;
  const marker = prefix + environment.pid;
  await touch(environment, marker);
  const names = await environment.folder.list(".");
  const pids = names.filter((name) => name.startsWith(prefix)).map((name) =>
    Number(name.slice(prefix.length))
  );
  const count = pids.filter((pid) => environment.isAlive(pid)).length;
  await environment.sleep(ms(1000));
  await environment.folder.remove(marker);
  return count;
}

async function touch(environment: AppEnvironment, name: string): Promise<void> {
  const file = await environment.folder.create(name);
  await file.close(false);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
