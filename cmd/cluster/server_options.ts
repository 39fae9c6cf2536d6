/** The options that the commands for clusters share. Each function makes a new option, for one parser. */

import { Option } from "@commander-js/extra-typings";
import { type ServerId, serverId } from "../../core/base/mod.ts";
import type { Address } from "../../core/host/mod.ts";
import { address } from "../address.ts";
import { integer } from "../values.ts";
import { peerList, type ServerAddress, serverList } from "./peers.ts";

/** More servers than this do not make a cluster better. */
const REPLICAS_MAX = 15;

/** `--id <n>`: which server this one is. */
export function idOption(): Option<"--id <n>", undefined, undefined, ServerId> {
  return new Option("--id <n>", "be server <n> of the cluster that --peers names")
    .argParser(id);
}

/** `--peers <list>`: the servers of a cluster, the one that is started included. */
export function peersOption(): Option<
  "--peers <list>",
  undefined,
  undefined,
  ReadonlyMap<ServerId, Address>
> {
  return new Option(
    "--peers <list>",
    "all servers of the cluster, the same everywhere: 1=HOST:PORT,2=HOST:PORT,…",
  ).argParser(peerList);
}

/** `--servers <list>`: the servers that a client talks to. */
export function serversOption(
  fallback: string,
): Option<"--servers <list>", undefined, undefined, readonly ServerAddress[]> {
  return new Option(
    "--servers <list>",
    `servers of the cluster, one or all: HOST:PORT,HOST:PORT,… (default: ${fallback})`,
  ).argParser(serverList);
}

/** `--replicas <n>`: how many servers a local cluster has. */
export function replicasOption(): Option<"--replicas <n>", undefined, undefined, number> {
  return new Option("--replicas <n>", "start a local cluster of <n> servers (default: 3)")
    .argParser(integer({ min: 1, max: REPLICAS_MAX }));
}

/** `--port <p>`: the first port of a local cluster. */
export function portOption(first: number): Option<"--port <p>", undefined, undefined, number> {
  return new Option(
    "--port <p>",
    `first port of a local cluster; 0: let the system pick them (default: ${first})`,
  ).argParser(integer({ max: 65535 }));
}

/** `--listen <host:port>`: where a server listens. */
export function listenOption(): Option<"--listen <host:port>", undefined, undefined, Address> {
  return new Option(
    "--listen <host:port>",
    "listen there, if that is not where --peers says that the others find it",
  ).argParser(address);
}

/** `--cluster <name>`: what tells clusters apart. */
export function clusterOption(): Option<"--cluster <name>"> {
  return new Option(
    "--cluster <name>",
    "the cluster's name, the same everywhere (default: dist824)",
  );
}

/** `--cluster <name>`, of a client. */
export function clientClusterOption(): Option<"--cluster <name>"> {
  return new Option("--cluster <name>", "talk to servers of this cluster only (default: any)");
}

/** `--patience <s>`: how long a client tries. */
export function patienceOption(): Option<"--patience <s>", undefined, undefined, number> {
  return new Option("--patience <s>", "give up after <s> seconds (default: 10)")
    .argParser(integer({ min: 1, max: 86_400 }));
}

/** Parses the number of a server. */
export function id(text: string): ServerId {
  return serverId(integer({ max: 999_999_999 })(text));
}
