/** What every {@linkcode Transport} must do while nothing disturbs it. */

import assert from "node:assert/strict";
import { type ServerId, serverId } from "../../core/base/durable.ts";
import type { Clock, Transport } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import { eventually } from "./eventually.ts";

/** Three servers, each of which can reach the two others. */
export interface TransportWorld {
  readonly clock: Clock;
  /** The transport of server 0, 1 and 2. */
  readonly transports: readonly [Transport, Transport, Transport];
}

/** Runs a test's body in a fresh world, and with whatever makes that world go. */
export type WithTransports = (body: (world: TransportWorld) => Promise<void>) => Promise<void>;

const ZERO = serverId(0);
const ONE = serverId(1);
const TWO = serverId(2);

/** Registers the tests of a transport called `name`. */
export function transportSuite(name: string, withTransports: WithTransports): void {
  const test = (behaviour: string, body: (world: TransportWorld) => Promise<void>) =>
    Deno.test(`${name}: ${behaviour}`, () => withTransports(body));

  test("a call gets the reply of the service and the server that it names", async (world) => {
    const [zero, one, two] = world.transports;
    one.serve("Double", (request, reply) => reply(request.map((byte) => 2 * byte)));
    one.serve("Negate", (request, reply) => reply(request.map((byte) => 255 - byte)));
    two.serve("Double", (_request, reply) => reply(bytes(0)));
    assert.deepEqual(await call(world, zero, ONE, "Double", bytes(1, 2)), bytes(2, 4));
    assert.deepEqual(await call(world, zero, ONE, "Negate", bytes(1, 2)), bytes(254, 253));
    assert.deepEqual(await call(world, zero, TWO, "Double", bytes(1, 2)), bytes(0));
  });

  test("calls go both ways", async (world) => {
    const [zero, one] = world.transports;
    zero.serve("Who", (_request, reply) => reply(bytes(0)));
    one.serve("Who", (_request, reply) => reply(bytes(1)));
    assert.deepEqual(await call(world, zero, ONE, "Who", bytes()), bytes(1));
    assert.deepEqual(await call(world, one, ZERO, "Who", bytes()), bytes(0));
  });

  test("onReply runs once, and never within the call", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Echo", (request, reply) => reply(request));
    let replies = 0;
    zero.call(ONE, "Echo", bytes(1), () => replies++);
    assert.equal(replies, 0);
    await eventually(world.clock, "a reply", () => replies > 0);
    await world.clock.sleep(ms(20));
    assert.equal(replies, 1);
  });

  test("a handler does not run within the call", async (world) => {
    const [zero, one] = world.transports;
    let handled = false;
    one.serve("Note", (_request, reply) => {
      handled = true;
      reply(bytes());
    });
    const reply = call(world, zero, ONE, "Note", bytes());
    assert.ok(!handled);
    await reply;
    assert.ok(handled);
  });

  test("a handler may reply later", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Later", (request, reply) => {
      world.clock.after(ms(150), () => reply(request));
    });
    const start = world.clock.now();
    assert.deepEqual(await call(world, zero, ONE, "Later", bytes(7)), bytes(7));
    assert.ok(world.clock.now() - start >= 150 - 1e-6);
  });

  test("a handler that does not reply holds up no other call", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Silent", () => {});
    one.serve("Echo", (request, reply) => reply(request));
    zero.call(ONE, "Silent", bytes(1), () => {});
    assert.deepEqual(await call(world, zero, ONE, "Echo", bytes(2)), bytes(2));
  });

  test("a handler may call another server before it replies", async (world) => {
    const [zero, one, two] = world.transports;
    two.serve("Add", (request, reply) => reply(bytes(request[0]! + 1)));
    one.serve("Forward", (request, reply) => {
      one.call(TWO, "Add", request, (answer) => reply(answer ?? bytes()));
    });
    assert.deepEqual(await call(world, zero, ONE, "Forward", bytes(41)), bytes(42));
  });

  test("the request's bytes may be changed after the call", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Echo", (request, reply) => reply(request));
    const request = bytes(1, 2, 3);
    const reply = call(world, zero, ONE, "Echo", request);
    request.fill(9);
    assert.deepEqual(await reply, bytes(1, 2, 3));
  });

  test("the reply's bytes may be changed after they were given", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Count", (_request, reply) => {
      const answer = bytes(1, 2, 3);
      reply(answer);
      answer.fill(9);
    });
    assert.deepEqual(await call(world, zero, ONE, "Count", bytes()), bytes(1, 2, 3));
  });

  test("messages of every size arrive whole", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Echo", (request, reply) => reply(request));
    for (const length of [0, 1, 1000, 1024, 1025, 8192, 65_536, 1_000_000]) {
      const request = new Uint8Array(length).map((_, i) => i * 31);
      const reply = await call(world, zero, ONE, "Echo", request);
      assert.ok(reply !== undefined);
      assert.ok(reply.length === length && reply.every((byte, i) => byte === request[i]));
    }
  });

  test("each of many calls at once gets its own reply", async (world) => {
    const [zero, one] = world.transports;
    one.serve("Echo", (request, reply) => {
      if (request[0]! % 2 === 0) reply(request);
      else world.clock.after(ms(request[0]! % 7), () => reply(request));
    });
    const replies = new Map<number, number>();
    for (let i = 0; i < 200; i++) {
      zero.call(ONE, "Echo", bytes(i), (reply) => replies.set(i, reply?.[0] ?? -1));
    }
    await eventually(world.clock, "200 replies", () => replies.size === 200);
    for (const [i, reply] of replies) assert.equal(reply, i);
  });
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

async function call(
  world: TransportWorld,
  transport: Transport,
  to: ServerId,
  service: string,
  request: Uint8Array,
): Promise<Uint8Array | undefined> {
  let answer: { readonly reply: Uint8Array | undefined } | undefined;
  transport.call(to, service, request, (reply) => answer = { reply });
  await eventually(world.clock, `an answer to ${service}`, () => answer !== undefined);
  return answer!.reply && new Uint8Array(answer!.reply);
}
