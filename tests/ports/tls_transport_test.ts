/** The transport over mutual TLS behaves as the port promises, like the one over TCP. */

import { readTlsIdentity } from "../../core/host/rpc/tls_identity.ts";
import { tlsStreams } from "../../core/host/rpc/tls_streams.ts";
import { tcpTransportSuite } from "./tcp_transport_suite.ts";

const FOLDER = new URL("../../fixtures/tls/", import.meta.url).pathname;

tcpTransportSuite(
  "TcpTransport over TLS",
  tlsStreams(readTlsIdentity({
    cert: `${FOLDER}node.pem`,
    key: `${FOLDER}node.key`,
    ca: `${FOLDER}ca.pem`,
  })),
);
