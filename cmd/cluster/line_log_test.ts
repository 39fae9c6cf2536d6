import assert from "node:assert/strict";
import { memoryEnv } from "../memory_env.ts";
import { lineLog } from "./line_log.ts";

Deno.test("lineLog() writes a line per event, with its fields", () => {
  const env = memoryEnv();
  const log = lineLog(env.stderr, "info");
  log.debug("not wanted");
  log.info("log recovered", { records: 3, nothing: undefined, ok: true });
  log.error("disk full", { error: 'no "space" left' });
  assert.equal(
    env.err(),
    'info  log recovered records=3 ok=true\nerror disk full error="no \\"space\\" left"\n',
  );
});
