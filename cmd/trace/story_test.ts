import assert from "node:assert/strict";
import { FailedError } from "../errors.ts";
import { tellStory } from "./story.ts";
import { parseTrace } from "./trace_file.ts";

/** A trace of these events, each `[at, server, term, topic, what, fields]`. */
function trace(
  events: readonly (readonly [number, unknown, number | undefined, string, string, object?])[],
  header: object = {},
) {
  const lines = events.map(([at, server, term, topic, what, fields = {}]) =>
    JSON.stringify({ at, server, term, topic, what, fields })
  );
  return parseTrace([JSON.stringify(header), ...lines, ""].join("\n"));
}

Deno.test("a story follows the role and the term of each server", () => {
  const { lanes, spans } = tellStory(trace([
    [0, 0, undefined, "fault", "adds server"],
    [100, 0, 1, "vote", "stands for election"],
    [110, 0, 1, "leader", "becomes leader", { lastIndex: 0 }],
    [200, 0, 2, "term", "adopts a higher term"],
    [300, 0, undefined, "fault", "deletes server"],
    [400, undefined, undefined, "test", "ends"],
  ]));
  assert.deepEqual(lanes, ["0"]);
  assert.deepEqual(
    spans.map(({ from, to, role, term }) => [from, to, role, term]),
    [
      [0, 100, "follower", 0],
      [100, 110, "candidate", 1],
      [110, 200, "leader", 1],
      [200, 300, "follower", 2],
      [300, 400, "down", 2],
    ],
  );
});

Deno.test("a story follows what each worker of MapReduce works at, and knows servers that come late", () => {
  const map = { kind: "map", task: 3, attempt: 1, worker: "w1" };
  const { lanes, spans, messages } = tellStory(trace([
    [0, "w1", undefined, "fault", "adds server"],
    [1, "w1", undefined, "drop", "unreachable", {
      call: 1,
      service: "MapReduce",
      from: "w1",
      to: "master",
    }],
    [2, "master", undefined, "fault", "adds server"],
    [3, undefined, undefined, "map", "an attempt is handed out", map],
    [5, undefined, undefined, "map", "an attempt counts", map],
    [6, undefined, undefined, "map", "an attempt is handed out", { ...map, task: 4 }],
    [7, "w1", undefined, "fault", "deletes server"],
    [9, undefined, undefined, "map", "an attempt is given up", { ...map, task: 4 }],
  ]));
  assert.deepEqual(lanes, ["w1", "master"]);
  assert.deepEqual(
    spans.filter(({ lane }) => lane === 0).map((
      { from, to, role, work },
    ) => [from, to, role, work]),
    [
      [0, 3, "up", undefined],
      [3, 5, "working", "map 3, attempt 1"],
      [5, 6, "up", undefined],
      [6, 7, "working", "map 4, attempt 1"],
      [7, 9, "down", undefined],
    ],
  );
  assert.deepEqual(messages.map(({ from, to }) => [from, to]), [[0, 1]]);
});

Deno.test("a story puts the events of a call together, and names it as its server does", () => {
  const call = { call: 7, service: "Raft", from: 0, to: 1 };
  const { messages } = tellStory(trace([
    [0, 0, undefined, "fault", "adds server"],
    [0, 1, undefined, "fault", "adds server"],
    [5, 0, 1, "send", "AppendEntries", { to: 1 }],
    [5, 0, undefined, "send", "sends", { ...call, bytes: 9 }],
    [6, 1, undefined, "deliver", "receives", { call: 7, service: "Raft", to: 1 }],
    [8, 0, undefined, "drop", "reply lost", call],
    [9, undefined, undefined, "drop", "unreachable", { ...call, call: 8, from: "xYz" }],
  ]));
  assert.deepEqual(messages, [
    { from: 0, to: 1, name: "AppendEntries", sent: 5, received: 6, lost: 8, why: "reply lost" },
    { from: 2, to: 1, name: "Raft", sent: 9, lost: 9, why: "unreachable" },
  ]);
});

Deno.test("a story knows who is cut off, and what each log holds", () => {
  const way = (to: number) => ({ end: `end-${to}`, to });
  const { cuts, logs } = tellStory(trace([
    [0, 0, undefined, "fault", "adds server"],
    [1, 0, undefined, "fault", "enables end", way(1)],
    [1, 0, undefined, "fault", "enables end", way(2)],
    [2, 0, 1, "log", "appends", { from: 1, lastIndex: 3, lastTerm: 1 }],
    [3, 0, 1, "commit", "commits", { index: 2 }],
    [4, 0, undefined, "fault", "disables end", way(1)],
    [5, 0, undefined, "fault", "disables end", way(2)],
    [9, 0, undefined, "fault", "enables end", way(2)],
  ]));
  assert.deepEqual(cuts, [{ lane: 0, from: 5, to: 9 }]);
  const log = { lane: 0, lastIndex: 3, lastTerm: 1, lastIncludedIndex: 0 };
  assert.deepEqual(logs, [{ ...log, at: 2, commitIndex: 0 }, { ...log, at: 3, commitIndex: 2 }]);
});

Deno.test("a story marks the operations that the reason speaks of", () => {
  const reason = 'client 1 saw get("x") -> "old", which nothing explains';
  const { operations } = tellStory(trace([
    [1, undefined, undefined, "client", "calls", { client: 1, operation: 'get("x")' }],
    [2, undefined, undefined, "client", "calls", { client: 2, operation: 'put("x", "new")' }],
    [3, undefined, undefined, "client", "returns", { client: 1, operation: 'get("x") -> "old"' }],
  ], { reason }));
  assert.deepEqual(
    operations.map((
      { client, called, returned, isSuspect },
    ) => [client, called, returned, isSuspect]),
    [["1", 1, 3, true], ["2", 2, undefined, false]],
  );
});

Deno.test("a story knows the command that servers speak of, and otherwise what its client waits for", () => {
  const client = (at: number, what: string, fields: object) =>
    [at, undefined, undefined, "client", what, { client: 1, ...fields }] as const;
  const events = [
    client(0, "is known to servers", { clientId: 824 }),
    client(1, "calls", { operation: "put(a) -> ?" }),
    client(2, "returns", { operation: "put(a) -> ok" }),
    client(3, "calls", { operation: "get(a) -> ?" }),
    client(4, "returns", { operation: "get(a) -> x" }),
    client(5, "calls", { operation: "append(a) -> ?" }),
    client(6, "returns", { operation: "append(a) -> ok" }),
    client(7, "calls", { operation: "get(b) -> ?" }),
  ];
  const suspects = (reason: string) =>
    tellStory(trace(events, { reason })).operations
      .filter(({ isSuspect }) => isSuspect).map(({ text }) => text);
  assert.deepEqual(suspects("ExecutedOnce: command 2 of client 824 is …"), ["append(a) -> ok"]);
  assert.deepEqual(suspects("ClerkKeepsNumber: client 824 sends …"), ["get(b) -> ?"]);
  assert.deepEqual(suspects("ExecutedOnce: command 2 of client 8245 is …"), []);
});

Deno.test("what is no trace is refused, with the line", () => {
  for (
    const [text, reason] of [
      ["", /the trace is empty|line 1/],
      ["nonsense", /line 1 is no JSON object: nonsense/],
      ['{"at":1}', /line 1 is an event/],
      ['{}\n{"at":1,"topic":"log","what":"x"}\n{"at":2}', /line 3 is no event/],
    ] as const
  ) {
    assert.throws(
      () => parseTrace(text),
      (error) => error instanceof FailedError && reason.test(error.message),
      text,
    );
  }
});
