/** What a server tells over HTTP about itself: to Prometheus, to those who watch over it, and to people. */

import {
  type HttpHandler,
  type HttpReply,
  HttpServer,
  jsonReply,
  textReply,
} from "../../host/http_server.ts";
import { type Metric, PROMETHEUS_CONTENT_TYPE, prometheusText } from "../../host/prometheus.ts";
import type { Address } from "../../host/rpc/mod.ts";
import type { NodeStatus } from "../node/mod.ts";
import { nodeMetrics, processMetrics } from "./node_metrics.ts";
import { readinessOf } from "./readiness.ts";

/** What there is to tell: of a node, and of what runs on it. */
export interface AdminSource {
  /** A `NodeStatus`, and whatever else the service has to say: all of it is shown. */
  status(): NodeStatus;
  /** Figures of the service's own. */
  metrics?(): readonly Metric[];
}

const INDEX = `/metrics  figures for Prometheus
/healthz  200 while the process is alive
/readyz   200 while it can serve; 503 with a reason: disk, ending, leaderless or lagging
/status   all that it knows, as JSON`;

/**
 * Begins to answer.
 *
 * @throws If the address cannot be listened on.
 */
export function serveAdmin(address: Address, source: AdminSource): HttpServer {
  return HttpServer.listen(address, adminHandler(source));
}

function adminHandler(source: AdminSource): HttpHandler {
  return (path) => {
    switch (path.replace(/[?].*/, "")) {
      case "/":
        return textReply(200, INDEX);
      case "/metrics":
        return metrics(source);
      case "/healthz":
        return textReply(200, "alive");
      case "/readyz": {
        const readiness = readinessOf(source.status());
        return jsonReply(readiness.ready ? 200 : 503, readiness);
      }
      case "/status":
        return jsonReply(200, source.status());
      default:
        return undefined;
    }
  };
}

async function metrics(source: AdminSource): Promise<HttpReply> {
  const all = [
    ...nodeMetrics(source.status()),
    ...source.metrics?.() ?? [],
    ...processMetrics(),
  ];
  return { status: 200, contentType: PROMETHEUS_CONTENT_TYPE, body: await prometheusText(all) };
}
