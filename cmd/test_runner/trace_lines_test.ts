import assert from "node:assert/strict";
import type { TraceEvent } from "../../core/base/ports.ts";
import { instant } from "../../core/base/units.ts";
import { TraceLines } from "./trace_lines.ts";

function textOf(pieces: readonly Uint8Array[]): string {
  return pieces.map((piece) => new TextDecoder().decode(piece)).join("");
}

Deno.test("TraceLines gives a header and then each event as one line", () => {
  const trace = new TraceLines();
  const event: TraceEvent = {
    at: instant(1.5),
    server: undefined,
    term: undefined,
    topic: "test",
    what: "begins",
  };
  trace.emit(event);
  trace.emit({ ...event, topic: "vote", fields: { for: 2, granted: true } });
  assert.equal(
    textOf(trace.file({ test: "TestX", seed: "37" })),
    '{"test":"TestX","seed":"37"}\n' +
      '{"at":1.5,"topic":"test","what":"begins"}\n' +
      '{"at":1.5,"topic":"vote","what":"begins","fields":{"for":2,"granted":true}}\n',
  );
});

Deno.test("TraceLines keeps long traces whole and in order", () => {
  const trace = new TraceLines();
  for (let i = 0; i < 5000; i++) {
    trace.emit({ at: instant(i), server: undefined, term: undefined, topic: "send", what: "ü" });
  }
  const lines = textOf(trace.file({})).trimEnd().split("\n").slice(1);
  assert.equal(lines.length, 5000);
  assert.ok(lines.every((line, i) => JSON.parse(line).at === i));
});
