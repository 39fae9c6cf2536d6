/** Figures in the text form that Prometheus reads. */

/** One figure, for one or more sets of labels. */
export interface Metric {
  /** Begins with `dist824_` or `process_`; a counter's name ends in `_total`. */
  readonly name: string;
  readonly help: string;
  /** A counter only grows while the process lives. */
  readonly type: "gauge" | "counter";
  readonly values: readonly MetricValue[];
}

/** What a figure is at the moment. */
export interface MetricValue {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What Prometheus wants to be told about the text. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Writes the metrics down, but for those without a value. The library is loaded when it is wanted for the first time. */
export async function prometheusText(metrics: readonly Metric[]): Promise<string> {
  const { Counter, Gauge, Registry } = await import("prom-client");
  const registry = new Registry();
  for (const { name, help, type, values } of metrics) {
    if (values.length === 0) continue;
    const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const options = { name, help, labelNames, registers: [registry] };
    const metric = type === "counter" ? new Counter(options) : new Gauge(options);
    for (const { value, labels = {} } of values) metric.inc({ ...labels }, value);
  }
  return await registry.metrics();
}
