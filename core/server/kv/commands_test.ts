/** Every command, and every way in which Redis refuses one, byte for byte. */

import assert from "node:assert/strict";
import { withTestServer } from "./_test_server.ts";

/** Requests as people type them, and the replies, with `|` for the line ends. */
type Dialogue = readonly (readonly [request: string, reply: string])[];

function dialogue(name: string, lines: Dialogue, password?: string): void {
  Deno.test(`redis commands: ${name}`, () =>
    withTestServer(async (server) => {
      const client = await server.connect();
      for (const [request, reply] of lines) {
        const expected = reply.replaceAll("|", "\r\n");
        await client.send(`${request}\r\n`);
        assert.equal(await client.read(expected.length), expected, request);
      }
      await client.send("echo end\r\n");
      const end = await client.read(9);
      assert.ok(end === "$3\r\nend\r\n" || end.startsWith("-NOAUTH"), end);
      client.close();
    }, password === undefined ? {} : { password }));
}

const NOT_INTEGER = "-ERR value is not an integer or out of range|";
const SYNTAX = "-ERR syntax error|";

function arity(name: string): string {
  return `-ERR wrong number of arguments for '${name}' command|`;
}

dialogue("GET and SET", [
  ["get k", "$-1|"],
  ["set k v", "+OK|"],
  ["GeT k", "$1|v|"],
  [String.raw`set "\x00\xff" "\r\n"`, "+OK|"],
  [String.raw`get "\x00\xff"`, "$2|\r\n|"],
  ["set '' empty", "+OK|"],
  ["get ''", "$5|empty|"],
  ["set k ''", "+OK|"],
  ["get k", "$0||"],
  ["get", arity("get")],
  ["get a b", arity("get")],
  ["set k", arity("set")],
]);

dialogue("SET with options", [
  ["set k 1 xx", "$-1|"],
  ["set k 1 NX", "+OK|"],
  ["set k 2 nx", "$-1|"],
  ["set k 2 XX", "+OK|"],
  ["set k 3 get", "$1|2|"],
  ["set k 4 nx get", "$1|3|"],
  ["get k", "$1|3|"],
  ["set new 1 get", "$-1|"],
  ["set k 1 nx xx", SYNTAX],
  ["set k 1 ex 10", SYNTAX],
  ["set k 1 nonsense", SYNTAX],
]);

dialogue("SETNX, GETSET, GETDEL", [
  ["setnx k 1", ":1|"],
  ["setnx k 2", ":0|"],
  ["getset k 3", "$1|1|"],
  ["getset other 3", "$-1|"],
  ["getdel k", "$1|3|"],
  ["getdel k", "$-1|"],
  ["exists k", ":0|"],
]);

dialogue("APPEND and STRLEN", [
  ["append k hello", ":5|"],
  ["append k ''", ":5|"],
  ["append k ' world'", ":11|"],
  ["get k", "$11|hello world|"],
  ["strlen k", ":11|"],
  ["strlen none", ":0|"],
]);

dialogue("DEL, UNLINK, EXISTS, TYPE", [
  ["mset a 1 b 2 c 3", "+OK|"],
  ["exists a b none a", ":3|"],
  ["type a", "+string|"],
  ["type none", "+none|"],
  ["del a none a", ":1|"],
  ["unlink b c", ":2|"],
  ["del", arity("del")],
  ["dbsize", ":0|"],
]);

dialogue("MGET and MSET", [
  ["mset a 1 b 2 a 3", "+OK|"],
  ["mget a none b", "*3|$1|3|$-1|$1|2|"],
  ["mset a", arity("mset")],
  ["mset a 1 b", arity("mset")],
]);

dialogue("counters", [
  ["incr n", ":1|"],
  ["incrby n 41", ":42|"],
  ["decr n", ":41|"],
  ["decrby n 100", ":-59|"],
  ["get n", "$3|-59|"],
  ["incrby n nonsense", NOT_INTEGER],
  ["incrby n 01", NOT_INTEGER],
  ["incrby n 9223372036854775808", NOT_INTEGER],
  ["set n 9223372036854775806", "+OK|"],
  ["incr n", ":9223372036854775807|"],
  ["incr n", "-ERR increment or decrement would overflow|"],
  ["decrby n -9223372036854775808", "-ERR decrement would overflow|"],
  ["set n -9223372036854775808", "+OK|"],
  ["decr n", "-ERR increment or decrement would overflow|"],
  ["set n 1.5", "+OK|"],
  ["incr n", NOT_INTEGER],
  ["set n ' 1'", "+OK|"],
  ["incr n", NOT_INTEGER],
  ["incrby n", arity("incrby")],
]);

dialogue("KEYS and SCAN", [
  ["scan 0", "*2|$1|0|*0|"],
  ["mset one 1 two 2", "+OK|"],
  ["keys t*", "*1|$3|two|"],
  ["keys [^t]*", "*1|$3|one|"],
  ["scan 0 match o* count 1000", "*2|$1|0|*1|$3|one|"],
  ["scan 0 count 1000 type list", "*2|$1|0|*0|"],
  ["scan x", "-ERR invalid cursor|"],
  ["scan 0 count 0", SYNTAX],
  ["scan 0 count x", NOT_INTEGER],
  ["scan 0 count", SYNTAX],
  ["scan 0 nonsense 1", SYNTAX],
  ["dbsize", ":2|"],
]);

dialogue("PING, ECHO, SELECT", [
  ["ping", "+PONG|"],
  ["ping hi", "$2|hi|"],
  ["ping a b", arity("ping")],
  ["echo hi", "$2|hi|"],
  ["select 0", "+OK|"],
  ["select 1", "-ERR DB index is out of range|"],
  ["select x", NOT_INTEGER],
]);

dialogue("what is unknown", [
  ["flushall", "-ERR unknown command 'flushall', with args beginning with: |"],
  ["Zadd a 1 'b c'", "-ERR unknown command 'Zadd', with args beginning with: 'a' '1' 'b c' |"],
  ["config set a b", "-ERR unknown subcommand 'set'. Try CONFIG HELP.|"],
  ["command nonsense", "-ERR unknown subcommand 'nonsense'. Try COMMAND HELP.|"],
]);

dialogue("CONFIG, COMMAND, CLIENT", [
  ["config get appendonly", "*2|$10|appendonly|$3|yes|"],
  ["config get SAVE", "*2|$4|save|$0||"],
  ["config get nothing", "*0|"],
  ["command info get", "*1|*10|$3|get|:2|*1|+readonly|:1|:1|:1|*0|*0|*0|*0|"],
  ["command info nothing", "*1|$-1|"],
  ["command docs nothing", "*0|"],
  ["client id", ":1|"],
  ["client getname", "$-1|"],
  ["client setname me", "+OK|"],
  ["client getname", "$2|me|"],
  [
    "client setname 'a b'",
    "-ERR Client names cannot contain spaces, newlines or special characters.|",
  ],
  ["client setinfo lib-name x", "+OK|"],
  ["info server", "$31|# Server|redis_version:7.0.0||"],
  ["info nothing", "$0||"],
]);

const GREETING_3 = "%7|$6|server|$5|redis|$7|version|$5|7.0.0|$5|proto|:3|$2|id|:1|" +
  "$4|mode|$10|standalone|$4|role|$6|master|$7|modules|*0|";

dialogue("HELLO and RESP3", [
  ["hello 4", "-NOPROTO unsupported protocol version|"],
  ["hello x", "-ERR Protocol version is not an integer or out of range|"],
  ["hello 3 nonsense", "-ERR Syntax error in HELLO option 'nonsense'|"],
  ["get none", "$-1|"],
  ["hello 3", GREETING_3],
  ["get none", "_|"],
  ["mget none", "*1|_|"],
  ["config get save", "%1|$4|save|$0||"],
  ["hello 3 setname me", GREETING_3],
  ["client getname", "$2|me|"],
]);

const NO_AUTH = "-NOAUTH Authentication required.|";
const WRONG = "-WRONGPASS invalid username-password pair or user is disabled.|";

dialogue("AUTH comes first where there is a password", [
  ["get k", NO_AUTH],
  ["ping", NO_AUTH],
  ["nonsense", NO_AUTH],
  ["auth wrong", WRONG],
  ["auth default wrong", WRONG],
  ["auth other secret", WRONG],
  ["get k", NO_AUTH],
  ["auth secret", "+OK|"],
  ["get k", "$-1|"],
], "secret");

dialogue("HELLO can authenticate", [
  [
    "hello 3",
    `-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time|`,
  ],
  ["hello 3 auth default wrong", WRONG],
  ["hello 3 auth default secret", GREETING_3],
  ["get k", "_|"],
], "secret");

dialogue("AUTH where there is no password", [
  [
    "auth any",
    "-ERR AUTH <password> called without any password configured for the default user. " +
    "Are you sure your configuration is correct?|",
  ],
  ["auth default any", "+OK|"],
  ["auth a b c", SYNTAX],
]);

dialogue("a long key", [
  [`set ${"k".repeat(65_000)} v`, "+OK|"],
]);

Deno.test("redis commands: limits on keys, values and requests", () =>
  withTestServer(async (server) => {
    const long = "x".repeat(65_537);
    const key = `*2\r\n$3\r\nGET\r\n$65537\r\n${long}\r\n`;
    assert.equal(
      await server.talk(key),
      "-ERR a key of 65537 bytes is longer than 65536 bytes\r\n",
    );
    const eight = 8 * 1024 * 1024;
    const set = (bytes: number) =>
      `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${bytes}\r\n${"x".repeat(bytes)}\r\n`;
    assert.equal(await server.talk(set(eight)), "+OK\r\n");
    assert.equal(
      await server.talk(set(eight + 1)),
      "-ERR an argument of 8388609 bytes is longer than 8388608 bytes\r\n",
    );
    assert.equal(
      await server.talk("append k x\r\n"),
      "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n",
    );
    assert.equal(await server.talk("strlen k\r\n"), ":8388608\r\n");
  }));

Deno.test("redis commands: a browser that was tricked gets nothing", () =>
  withTestServer(async (server) => {
    assert.equal(await server.talk("POST / HTTP/1.1\r\nHost: x\r\nset k v\r\n"), "");
    assert.equal(await server.talk("get k\r\n"), "$-1\r\n");
  }));
