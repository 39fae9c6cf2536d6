import assert from "node:assert/strict";
import { lineLog, type LineLogOptions } from "./line_log.ts";
import { type Log, withFields } from "./log.ts";

function capture(options: Partial<LineLogOptions> = {}): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => {
    assert.ok(line.endsWith("\n"));
    lines.push(line.slice(0, -1));
  };
  return { log: lineLog({ level: "info", format: "text", write, ...options }), lines };
}

/** The lines without their times, which must be there. */
function untimed(lines: readonly string[]): string[] {
  return lines.map((line) => {
    assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
    return line.slice(25);
  });
}

Deno.test("lineLog() writes one line of text per event, from its level on", () => {
  const { log, lines } = capture();
  log.debug("not seen");
  log.info("log recovered", { segments: 2, torn: false, error: undefined });
  log.warn("peer dropped", { peer: "127.0.0.1:1", reason: 'a "bad"\nchecksum', empty: "" });
  log.error("storage failed");
  assert.deepEqual(untimed(lines), [
    "info  log recovered segments=2 torn=false",
    'warn  peer dropped peer=127.0.0.1:1 reason="a \\"bad\\"\\nchecksum" empty=""',
    "error storage failed",
  ]);
});

Deno.test("lineLog() has every level", () => {
  for (const [level, count] of [["debug", 4], ["info", 3], ["warn", 2], ["error", 1]] as const) {
    const { log, lines } = capture({ level });
    log.debug("one");
    log.info("two");
    log.warn("three");
    log.error("four");
    assert.equal(lines.length, count, level);
  }
});

Deno.test("lineLog() writes JSON lines", () => {
  const { log, lines } = capture({ format: "json", fields: { server: 1 } });
  log.warn("peer dropped", { peer: "x", bytes: 3, reason: undefined });
  const { "@timestamp": time, ...rest } = JSON.parse(lines[0]!);
  assert.ok(Date.parse(time) > 0);
  assert.deepEqual(rest, {
    level: "WARN",
    logger: "dist824",
    message: "peer dropped",
    server: 1,
    peer: "x",
    bytes: 3,
  });
});

Deno.test("lineLog() and withFields() put fields into every line", () => {
  const { log, lines } = capture({ fields: { server: 1 } });
  withFields(log, { part: "wal" }).info("opened", { records: 3 });
  assert.deepEqual(untimed(lines), ["info  opened server=1 part=wal records=3"]);
});

Deno.test("lineLog() keeps secrets to itself", () => {
  const { log, lines } = capture();
  log.info("client", { password: "x1", requirepass: "x2", clientSecret: "x3", privateKey: "x4" });
  assert.ok(!/x\d/.test(lines[0]!), lines[0]);
});

Deno.test("lineLog() is not flooded by what peers can cause, and counts what it leaves out", () => {
  let now = 0;
  const { log, lines } = capture({ now: () => now });
  for (let count = 0; count < 10_000; count++) log.warn("peer dropped", { count });
  log.warn("something else");
  assert.equal(lines.length, 101);
  now = 10_000;
  log.warn("peer dropped", { count: 10_000 });
  assert.deepEqual(untimed(lines.slice(101)), [
    'warn  lines left out of="peer dropped" count=9900',
    "warn  peer dropped count=10000",
  ]);
});
