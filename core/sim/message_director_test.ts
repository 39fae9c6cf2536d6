import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import type { CallDecision, MessageDirector } from "./message_director.ts";
import { SimNetwork, SimServer } from "./network.ts";
import { Simulation } from "./simulation.ts";

/** Ten calls on a network that does all it can to them; what is decided about them is written down, and changed. */
async function tenCalls(
  change: (what: CallDecision, drawn: number, calm: number) => number,
  disturbed = true,
) {
  const asked: CallDecision[] = [];
  const ends: string[] = [];
  let arrivals = 0;
  const director: MessageDirector = {
    onConnect: ({ owner, target }) => ends.push(`${owner}>${target?.name}`),
    onCall: () => ({
      decide(what, drawn, calm) {
        asked.push(what);
        return change(what, drawn, calm);
      },
      onArrival: () => {
        arrivals++;
      },
    }),
  };
  const simulation = new Simulation({ seed: 1n, macrotask });
  const network = new SimNetwork(simulation, {}, director);
  const end = network.makeEnd("end", 1);
  network.connect("end", 0);
  network.enable("end", true);
  if (disturbed) {
    network.setReliable(false);
    network.setLongReordering(true);
    network.setDuplication(1, 2);
  }
  const server = new SimServer();
  let handled = 0;
  server.addService("Echo", (request, reply) => {
    handled++;
    reply(request);
  });
  network.addServer(0, server);
  const answers: (number | undefined)[] = [];
  const call = () => {
    end.call("Echo", new Uint8Array(1), (reply) => {
      answers.push(reply && simulation.clock.now());
    });
  };
  await simulation.run(async () => {
    for (let number = 0; number < 10; number++) call();
    await simulation.clock.sleep(ms(10_000));
    network.deleteServer(0);
    call();
    await simulation.clock.sleep(ms(10_000));
  });
  return { answers, asked: new Set(asked), handled, arrivals, ends, hash: simulation.hash() };
}

Deno.test("a director that wants what was drawn changes nothing, and is asked about everything", async () => {
  const { asked, hash, arrivals, handled, ends } = await tenCalls((_, drawn) => drawn);
  assert.deepEqual(
    [...asked].sort(),
    [
      "copied",
      "copy lost",
      "copy time",
      "failure time",
      "reply lost",
      "reply time",
      "request lost",
      "request time",
    ],
  );
  assert.ok(arrivals > handled);
  assert.deepEqual(ends, ["1>0"]);
  const other = await tenCalls((what, drawn) => what === "request time" ? drawn + 1 : drawn);
  assert.notEqual(other.hash, hash);
});

Deno.test("a director is asked again, by another name, about what waited outside a paused server", async () => {
  const asked: CallDecision[] = [];
  const director: MessageDirector = {
    onConnect: () => {},
    onCall: () => ({
      decide(what, _, calm) {
        asked.push(what);
        return what === "held request lost" ? 1 : what === "copied" ? 1 : calm;
      },
      onArrival: () => {},
    }),
  };
  const simulation = new Simulation({ seed: 1n, macrotask });
  const network = new SimNetwork(simulation, {}, director);
  const end = network.makeEnd("end", 1);
  network.connect("end", 0);
  network.enable("end", true);
  network.setDuplication(1, 2);
  const server = new SimServer();
  let handled = 0;
  server.addService("Echo", () => handled++);
  network.addServer(0, server);
  await simulation.run(async () => {
    network.pause(0);
    end.call("Echo", new Uint8Array(1), () => {});
    await simulation.clock.sleep(ms(10));
    network.resume(0);
    await simulation.clock.sleep(ms(10));
  });
  assert.deepEqual(asked.slice(-4), [
    "request lost",
    "copy lost",
    "held request lost",
    "held copy lost",
  ]);
  assert.equal(handled, 1);
});

Deno.test("a director that wants it calm has each message arrive once, in the least time", async () => {
  const { answers, handled, arrivals } = await tenCalls((_what, _drawn, calm) => calm);
  assert.deepEqual(answers, [...Array(10).fill(0.4), undefined]);
  assert.equal(handled, 10);
  assert.equal(arrivals, 20);
});

Deno.test("a director loses and delays messages on a reliable network too", async () => {
  const lost = await tenCalls((what, _, calm) => what === "request lost" ? 1 : calm, false);
  assert.equal(lost.handled, 0);
  assert.deepEqual(lost.answers, Array(11).fill(undefined));
  const late = await tenCalls((what, _, calm) => what === "reply time" ? 50_000 : calm, false);
  assert.deepEqual(late.answers, [...Array(10).fill(50.2), undefined]);
  const mute = await tenCalls((what, _, calm) => what === "reply lost" ? 1 : calm, false);
  assert.equal(mute.handled, 10);
  assert.deepEqual(mute.answers, Array(11).fill(undefined));
});
