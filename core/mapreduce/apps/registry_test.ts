import assert from "node:assert/strict";
import { instant, type Millis } from "../../base/units.ts";
import { SeededRandom } from "../../base/random.ts";
import { MemoryFiles } from "../../sim/files.ts";
import type { KeyValue, MapContext, TextApp } from "../app.ts";
import type { AppEnvironment } from "./environment.ts";
import { BUILT_IN_APPS, createBuiltInApp, describeApp, findBuiltInApp } from "./registry.ts";

class Exited extends Error {}

const context: MapContext = { offset: 0, room: () => undefined, count() {}, status() {} };

/** A process whose sleep takes no time, and that says what it did. */
function environmentOf(
  overrides: Partial<AppEnvironment> = {},
): AppEnvironment & { slept: Millis[] } {
  const slept: Millis[] = [];
  return {
    pid: 7,
    isAlive: (pid) => pid < 100,
    folder: new MemoryFiles(),
    epochSeconds: () => 1234.56,
    sleep: (span) => {
      slept.push(span);
      return Promise.resolve();
    },
    exit: (status) => Promise.reject(new Exited(String(status))),
    random: new SeededRandom(1n),
    slept,
    ...overrides,
  };
}

function textApp(name: string, environment: AppEnvironment): TextApp {
  const app = createBuiltInApp(name, [], environment);
  assert.ok(!app.bytes);
  return app;
}

async function mapped(app: TextApp, file: string): Promise<KeyValue[]> {
  return [...await app.map(file, "", context)];
}

Deno.test("every built-in application can be made, and says what it is", () => {
  for (const app of BUILT_IN_APPS) {
    const args = app.arguments.map(() => "x");
    const made = createBuiltInApp(app.name, args, environmentOf());
    assert.equal(typeof made.map, "function");
    assert.equal(made.wholeFiles ?? false, app.isLabTest, app.name);
    assert.match(app.summary, /^[^A-Z].*[^.]$/);
    assert.equal(findBuiltInApp(app.name), app);
  }
  assert.equal(findBuiltInApp("nothing"), undefined);
});

Deno.test("createBuiltInApp() says what is wrong", () => {
  const cases: [string, string[], RegExp][] = [
    [
      "word-count",
      [],
      /^There is no application word-count; those built in are wc, indexer, grep, sort$/,
    ],
    ["grep", [], /^The application grep takes PATTERN \(.*\); none is given$/],
    ["wc", ["a", "b"], /^The application wc takes no arguments; 2 are given$/],
    ["grep", ["("], /^The pattern of grep cannot be used: Invalid regular expression/],
  ];
  for (const [name, args, message] of cases) {
    assert.throws(() => createBuiltInApp(name, args, environmentOf()), {
      name: "AppError",
      message,
    });
  }
});

Deno.test("describeApp() tells arguments apart", () => {
  assert.equal(describeApp("wc", []), "wc");
  assert.notEqual(describeApp("grep", ["a b"]), describeApp("grep", ["a", "b"]));
});

Deno.test("mtiming emits its start and the number of living workers in the phase", async () => {
  const environment = environmentOf();
  for (const pid of [3, 200]) {
    await (await environment.folder.create(`mr-worker-map-${pid}`)).close(false);
  }
  assert.deepEqual(await mapped(textApp("mtiming", environment), "a"), [
    { key: "times-7", value: "1234.6" },
    { key: "parallel-7", value: "2" },
  ]);
  assert.deepEqual(environment.slept, [1000]);
  assert.deepEqual(await environment.folder.list("."), ["mr-worker-map-200", "mr-worker-map-3"]);
});

Deno.test("rtiming emits ten letters, and writes the number of living workers in the phase", async () => {
  const environment = environmentOf();
  const app = textApp("rtiming", environment);
  assert.equal((await mapped(app, "a")).map(({ key }) => key).join(""), "abcdefghij");
  assert.equal(await app.reduce("a", ["1"], context), "1");
  assert.deepEqual(environment.slept, [1000]);
});

Deno.test("jobcount leaves one file for each map, and counts them", async () => {
  const environment = environmentOf();
  const app = textApp("jobcount", environment);
  for (const file of ["a", "b"]) {
    assert.deepEqual(await mapped(app, file), [{ key: "a", value: "x" }]);
  }
  assert.deepEqual(await environment.folder.list("."), [
    "mr-worker-jobcount-7-0",
    "mr-worker-jobcount-7-1",
  ]);
  assert.equal(await app.reduce("a", ["x", "x"], context), "2");
  assert.ok(environment.slept.every((span) => span >= 2000 && span <= 4999));
});

Deno.test("early_exit takes three seconds for two of the books", async () => {
  const environment = environmentOf();
  const app = textApp("early_exit", environment);
  assert.deepEqual(await mapped(app, "../pg-grimm.txt"), [{ key: "../pg-grimm.txt", value: "1" }]);
  assert.equal(await app.reduce("../pg-grimm.txt", ["1"], context), "1");
  assert.deepEqual(environment.slept, []);
  await app.reduce("../pg-tom_sawyer.txt", ["1"], context);
  await app.reduce("../pg-sherlock_holmes.txt", ["1"], context);
  assert.deepEqual(environment.slept, [3000, 3000]);
});

Deno.test("crash ends a third of its calls with status 1, and dawdles in another third", async () => {
  const environment = environmentOf();
  const app = createBuiltInApp("crash", [], environment);
  assert.ok(app.bytes);
  let exits = 0;
  for (let i = 0; i < 3000; i++) {
    await Promise.resolve(app.reduce(Uint8Array.of(97), [Uint8Array.of(98)], context)).catch(
      (error) => {
        assert.ok(error instanceof Exited && error.message === "1");
        exits++;
      },
    );
  }
  assert.ok(exits > 900 && exits < 1080, `${exits}`);
  assert.ok(environment.slept.length > 900 && environment.slept.length < 1080);
  assert.ok(environment.slept.every((span) => span >= 0 && span <= 9999));
  assert.ok(Math.max(...environment.slept) > instant(9000));
});
