import assert from "node:assert/strict";
import { CANARY_TESTS } from "../../tests/labs/mod.ts";
import { encodeLine, parseMessage, type WorkerMessage } from "./protocol.ts";
import { workUntilEnd } from "./worker.ts";

/** Starts a worker in this process; its input is written by hand. */
function worker(): {
  readonly messages: WorkerMessage[];
  readonly input: WritableStreamDefaultWriter<Uint8Array>;
  readonly ended: Promise<void>;
  said(count: number): Promise<void>;
} {
  const messages: WorkerMessage[] = [];
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  let heard = Promise.withResolvers<void>();
  const ended = workUntilEnd({
    tests: CANARY_TESTS,
    input: readable,
    write: (line) => {
      messages.push(parseMessage(line.trimEnd())!);
      heard.resolve();
      heard = Promise.withResolvers();
    },
    now: () => 0,
  });
  const said = async (count: number) => {
    while (messages.length < count) await heard.promise;
  };
  return { messages, input: writable.getWriter(), ended, said };
}

function taskLine(id: number, test: string): Uint8Array {
  const task = {
    id,
    lab: "canary",
    test,
    seed: "1",
    recordEvents: false,
    real: false,
    traceFile: undefined,
  };
  return new TextEncoder().encode(encodeLine(task));
}

Deno.test("a worker says that it is ready, and answers tasks in their order", async () => {
  const { messages, input, ended, said } = worker();
  input.write(taskLine(4, "CanaryAlwaysFails"));
  input.write(taskLine(5, "CanaryUnknown"));
  await said(4);
  await input.close();
  await ended;
  assert.deepEqual(
    messages.map((message) => message.type === "ready" ? "ready" : `${message.type} ${message.id}`),
    ["ready", "failing 4", "done 4", "done 5"],
  );
});

Deno.test("a worker that does not understand its task ends with an error", async () => {
  const { input, ended } = worker();
  input.write(taskLine(1, "TestNone"));
  await assert.rejects(ended, RangeError);
});

Deno.test("a worker ends with its input, whatever it is doing", async () => {
  const { messages, input, ended } = worker();
  await input.close();
  await ended;
  assert.deepEqual(messages, [{ type: "ready" }]);
});
