/** The transport over TCP behaves as the port promises. */

import { tcpTransportSuite } from "./tcp_transport_suite.ts";

tcpTransportSuite("TcpTransport");
