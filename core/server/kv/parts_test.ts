/** A store in several parts: what goes where, and what a part that does not answer holds up. */

import assert from "node:assert/strict";
import { decodeOperations, KvStateMachine } from "../../kv/mod.ts";
import { courierTo, partsOf, withTestServer } from "./_test_server.ts";
import { Batches, type Courier } from "./batches.ts";
import type { StoreParts } from "./store_parts.ts";

const SET = "mset a 1 d 2 g 3\r\nmset b 4 e 5\r\nset c 6\r\n";

function stores(count: number): Courier[] {
  return Array.from({ length: count }, () => courierTo(new KvStateMachine()));
}

Deno.test("parts: a pipeline is cut where the part changes, and answered in order", () => {
  const batches: string[] = [];
  const couriers = stores(3).map((courier, part): Courier => ({
    command(bytes, onOutcome) {
      batches.push(`${part}: ${decodeOperations(bytes).length}`);
      courier.command(bytes, onOutcome);
    },
    query: courier.query,
  }));
  return withTestServer(async (server) => {
    const answers = await server.talk(
      "incr a\r\nincr a\r\nincr b\r\nget zz top\r\nincr b\r\nincr a\r\n",
    );
    assert.deepEqual(answers.split("\r\n").slice(0, -1), [
      ...[":1", ":2", ":1"],
      ...["-ERR wrong number of arguments for 'get' command", ":2", ":3"],
    ]);
    assert.deepEqual(batches, ["1: 2", "2: 2", "1: 1"]);
  }, { parts: partsOf(couriers) });
});

Deno.test("parts: keys of several parts are refused, and nothing is done", () =>
  withTestServer(async (server) => {
    const answers = await server.talk(
      `${SET}mset a 7 b 8\r\ndel a b\r\nmget a d b\r\nmget a b d\r\nmget a d g\r\n`,
    );
    const refused = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
    const values = "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n";
    assert.equal(answers, `${"+OK\r\n".repeat(3)}${refused.repeat(4)}${values}`);
  }, { parts: partsOf(stores(3)) }));

Deno.test("parts: DBSIZE and KEYS go over all of them, SCAN over one after the other", () =>
  withTestServer(async (server) => {
    await server.talk(SET);
    assert.equal(await server.talk("dbsize\r\n"), ":6\r\n");
    const keys = (answer: string) =>
      answer.split("\r\n").filter((word) => /^[a-g]$/.test(word)).sort();
    assert.deepEqual(keys(await server.talk("keys *\r\n")), [..."abcdeg"]);
    const found: string[] = [];
    let cursor = "0";
    do {
      const answer = await server.talk(`scan ${cursor} count 1\r\n`);
      cursor = answer.split("\r\n")[2]!;
      found.push(...keys(answer));
    } while (cursor !== "0");
    assert.deepEqual(found.sort(), [..."abcdeg"]);
    assert.equal(await server.talk("scan x\r\n"), "-ERR invalid cursor\r\n");
  }, { parts: partsOf(stores(3)) }));

Deno.test("parts: one that does not answer holds up those who ask it, and nobody else", () => {
  const dead: Courier = { command() {}, query() {} };
  return withTestServer(async (server) => {
    const waiting = await server.connect();
    await waiting.send("set a 1\r\nset b 1\r\n");
    const other = await server.connect();
    for (let i = 1; i < 5; i++) {
      await other.send("incr b\r\nincr c\r\n");
      assert.equal(await other.read(8), `:${i}\r\n:${i}\r\n`);
    }
    waiting.close();
    other.close();
  }, { parts: partsOf([stores(1)[0]!, dead, stores(1)[0]!]) });
});

Deno.test("parts: what a part could not do is told, also when all were asked", () => {
  const down: Courier = {
    command: (_bytes, onOutcome) => onOutcome({ kind: "uncertain", reason: "no answer" }),
    query: (_bytes, onOutcome) => onOutcome({ kind: "failed", reason: "no answer" }),
  };
  return withTestServer(async (server) => {
    const answers = await server.talk(
      "set a 1\r\nset b 1\r\ndbsize\r\nkeys *\r\nget a\r\nget b\r\n",
    );
    assert.deepEqual(answers.split("\r\n").map((answer) => answer.split(" ")[0]), [
      ...["-UNCERTAIN", "+OK", "-TRYAGAIN", "-TRYAGAIN", "-TRYAGAIN", "$1", "1", ""],
    ]);
  }, { parts: partsOf([stores(1)[0]!, down, stores(1)[0]!]) });
});

Deno.test("parts: as long as nobody knows how many there are, clients wait, or are told", () => {
  const store = partsOf(stores(3));
  let isKnown = false;
  const parts: StoreParts = {
    ...store,
    get count(): number {
      return isKnown ? store.count : 0;
    },
    whenKnown: (then) => setTimeout(then, 0),
  };
  return withTestServer(async (server) => {
    assert.equal(
      await server.talk("ping\r\nset a 1\r\n"),
      "+PONG\r\n-TRYAGAIN the command was not carried out: nobody has told how the keys are spread\r\n",
    );
    isKnown = true;
    assert.equal(await server.talk("set a 1\r\n"), "+OK\r\n");
  }, { parts });
});

Deno.test("parts: each can be told how much may be under way to it", () => {
  const underWay: (() => void)[] = [];
  const slow: Courier = {
    command: () => {},
    query: (_bytes, onOutcome) => {
      underWay.push(() => onOutcome({ kind: "failed", reason: "slow" }));
    },
  };
  const readers = Array.from({ length: 4 }, () => ({ ...slow }));
  const gather = (next: () => void) => next();
  const batches = new Batches({ writers: [], readers, underWayBytes: 100, gather });
  for (let i = 0; i < 3; i++) {
    batches.add({ operations: [], bytes: 60, writes: false, onOutcome: () => {} });
  }
  assert.equal(underWay.length, 2);
  underWay.shift()!();
  assert.equal(underWay.length, 2);
  assert.equal(batches.waiting, 2);
});
