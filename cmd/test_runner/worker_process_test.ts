import assert from "node:assert/strict";
import type { Task, WorkerMessage } from "./protocol.ts";
import { processWorkers, type WorkerLink } from "./worker_process.ts";

const task: Task = {
  id: 1,
  lab: "2A",
  test: "TestOne2A",
  seed: "1",
  recordEvents: false,
  real: false,
  traceFile: undefined,
};

interface Heard {
  readonly link: WorkerLink;
  readonly messages: WorkerMessage[];
  readonly how: Promise<string>;
}

/** Runs a program in place of a worker. */
function start(program: string): Heard {
  const messages: WorkerMessage[] = [];
  const end = Promise.withResolvers<string>();
  const link = processWorkers([Deno.execPath(), "eval", program])({
    onMessage: (message) => messages.push(message),
    onEnd: end.resolve,
  });
  return { link, messages, how: end.promise };
}

Deno.test("a worker process gets tasks and is heard", async () => {
  const { link, messages, how } = start(`
    console.log('{"type":"ready"}');
    const bytes = new Uint8Array(1000);
    const { id } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, await Deno.stdin.read(bytes))));
    console.log(JSON.stringify({ type: "done", id, outcome: { verdict: "pass" } }));
  `);
  link.send(task);
  assert.equal(await how, "ended with exit code 0");
  assert.deepEqual(messages, [{ type: "ready" }, {
    type: "done",
    id: 1,
    outcome: { verdict: "pass" },
  }]);
  await link.ended;
});

Deno.test("a worker process that ends badly is reported with its last words", async () => {
  const { link, how } = start(`console.error("it broke"); Deno.exit(70);`);
  link.send(task);
  assert.equal(await how, "ended with exit code 70\nit broke");
  await link.ended;
});

Deno.test("a worker process that says what is no message is ended", async () => {
  const { link, messages, how } = start(`
    console.log("hello");
    console.log('{"type":"ready"}');
    setInterval(() => {}, 1000);
  `);
  assert.equal(await how, "wrote to standard output, which is not its own: hello");
  assert.deepEqual(messages, []);
  await link.ended;
});

Deno.test("a worker process can be ended, also twice", async () => {
  const { link, how } = start(`console.log('{"type":"ready"}'); for (;;);`);
  link.kill();
  assert.equal(await how, "was ended by SIGKILL");
  link.kill();
  link.send(task);
  await link.ended;
});
