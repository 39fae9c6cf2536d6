import assert from "node:assert/strict";
import { toApp } from "./app_module.ts";

const map = () => [];
const reduce = () => "";

Deno.test("toApp() takes a module that exports the functions one by one, as default, or as app", () => {
  for (const module of [{ map, reduce }, { default: { map, reduce } }, { app: { map, reduce } }]) {
    assert.deepEqual(Object.keys(toApp("m.ts", module)), ["map", "reduce"]);
  }
});

Deno.test("toApp() takes everything that an application may have, and nothing else", () => {
  const everything = { map, reduce, combine: reduce, partition: () => 0, wholeFiles: true };
  assert.deepEqual(
    Object.keys(toApp("m.ts", { ...everything, helper: 1 })),
    ["map", "reduce", "combine", "partition", "wholeFiles"],
  );
  const app = toApp("m.ts", {
    ...everything,
    bytes: true,
    sums: true,
    scan: map,
    reduceLines: reduce,
  });
  assert.ok(app.bytes && app.sums && app.scan !== undefined && app.reduceLines !== undefined);
});

Deno.test("toApp() keeps `this` of a class's object", () => {
  class Counter {
    readonly #word = "hello";
    map(): { key: string; value: string }[] {
      return [{ key: this.#word, value: "1" }];
    }
    reduce(): string {
      return this.#word;
    }
  }
  const app = toApp("m.ts", { default: new Counter() });
  assert.ok(!app.bytes && app.reduce("", [], { count() {}, status() {} }) === "hello");
});

Deno.test("toApp() says what is wrong", () => {
  const cases: [unknown, RegExp][] = [
    [undefined, /^m\.ts exports nothing$/],
    [{}, /^m\.ts exports no map\. .* it exports nothing$/],
    [{ Map: map, reduce }, /^m\.ts exports no map, but Map: the name is written small\./],
    [{ map }, /^m\.ts exports no reduce\. .* it exports map$/],
    [{ map: "a", reduce }, /^m\.ts exports map as a string, where a function is expected$/],
    [{ map, reduce, combine: [] }, /combine as an array, where a function is expected/],
    [{ map, reduce, wholeFiles: 1 }, /wholeFiles as a number, where true or false is expected/],
    [{ map, reduce, scan: map }, /scan, which only an application with bytes: true has/],
    [{ map, reduce, sums: true }, /sums, which only an application with bytes: true has/],
    [{ default: { map: null, reduce } }, /map as null, where a function is expected/],
  ];
  for (const [module, message] of cases) {
    assert.throws(() => toApp("m.ts", module), { name: "AppError", message });
  }
});
