import assert from "node:assert/strict";
import { prometheusText } from "./prometheus.ts";

Deno.test("prometheusText() writes gauges and counters with their labels", async () => {
  const text = await prometheusText([
    { name: "dist824_term", help: "The term", type: "gauge", values: [{ value: 3 }] },
    {
      name: "dist824_events_total",
      help: "Events",
      type: "counter",
      values: [{ value: 2, labels: { event: 'a "b"' } }, { value: 0, labels: { event: "c" } }],
    },
    { name: "dist824_lag", help: "Lag", type: "gauge", values: [] },
  ]);
  const lines = text.split("\n").filter((line) => line !== "");
  assert.deepEqual(lines, [
    "# HELP dist824_term The term",
    "# TYPE dist824_term gauge",
    "dist824_term 3",
    "# HELP dist824_events_total Events",
    "# TYPE dist824_events_total counter",
    'dist824_events_total{event="a \\"b\\""} 2',
    'dist824_events_total{event="c"} 0',
  ]);
});
