/** From addresses on the command line to a client that knows who is who. */

import {
  type Clock,
  type Millis,
  ms,
  type Random,
  type ServerId,
  serverId,
} from "../../core/base/mod.ts";
import { type Address, RealClock, type RpcOptions, systemRandom } from "../../core/host/mod.ts";
import type { NodeStatus } from "../../core/server/node/mod.ts";
import { address, addressText } from "../address.ts";
import { FailedError } from "../errors.ts";
import { DEFAULT_SERVERS } from "./local_servers.ts";
import type { ServerAddress } from "./peers.ts";
import { type TlsFlags, tlsSettings } from "./tls_options.ts";

/** What the command line says about the cluster. */
export interface ClientFlags extends TlsFlags {
  readonly servers?: readonly ServerAddress[] | undefined;
  readonly cluster?: string | undefined;
  /** In seconds. */
  readonly patience?: number | undefined;
}

/** What every client of servers is made of. */
export interface ClientSettings {
  readonly clock: Clock;
  readonly random: Random;
  readonly streams?: Pick<RpcOptions, "dial">;
  readonly clusterId?: string;
  readonly patience?: Millis;
}

/** A client that can ask any server of its cluster how it is doing. */
export interface ClusterClient<Status extends NodeStatus = NodeStatus> {
  status(id: ServerId, patience?: Millis): Promise<Status>;
  close(): void;
}

/** A protocol that clusters serve. */
export interface ClientKind<Client extends ClusterClient> {
  readonly make: (
    options: ClientSettings & { readonly servers: ReadonlyMap<ServerId, Address> },
  ) => Client;
  /** The command that starts servers. */
  readonly servedBy: string;
}

/** How long to wait for a server to say who is in its cluster. */
const FIND_TIME = ms(3000);

/** Fills in what the command line does not say. */
export async function clientSettings(
  flags: Omit<ClientFlags, "servers">,
): Promise<ClientSettings> {
  const { cluster, patience } = flags;
  return {
    clock: new RealClock(),
    random: systemRandom(),
    ...await tlsSettings(flags),
    ...(cluster !== undefined && { clusterId: cluster }),
    ...(patience !== undefined && { patience: ms(patience * 1000) }),
  };
}

/**
 * Runs `work` with a client of the cluster. Without numbers in the addresses, one server is asked who they all are.
 *
 * @throws {FailedError} If none answers.
 */
export async function withClient<Client extends ClusterClient, T>(
  kind: ClientKind<Client>,
  flags: ClientFlags,
  work: (client: Client, servers: ReadonlyMap<ServerId, Address>) => Promise<T>,
): Promise<T> {
  const settings = await clientSettings(flags);
  const servers = await findServers(kind, flags.servers ?? DEFAULT_SERVERS, settings);
  const client = kind.make({ ...settings, servers });
  try {
    return await work(client, servers);
  } finally {
    client.close();
  }
}

async function findServers<Client extends ClusterClient>(
  { make, servedBy }: ClientKind<Client>,
  servers: readonly ServerAddress[],
  settings: ClientSettings,
): Promise<ReadonlyMap<ServerId, Address>> {
  const named = servers.flatMap(({ id, address }) =>
    id === undefined ? [] : [[id, address] as const]
  );
  if (named.length === servers.length) return new Map(named);
  const asked = new Map(servers.map(({ address }, i) => [serverId(i), address]));
  const client = make({ ...settings, servers: asked });
  try {
    return membersOf(
      await Promise.any([...asked.keys()].map((id) => client.status(id, FIND_TIME))),
    );
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    throw new FailedError(nobody([...asked.values()], error.errors[0], servedBy));
  } finally {
    client.close();
  }
}

function membersOf(status: NodeStatus): ReadonlyMap<ServerId, Address> {
  const all = [status, ...status.peers].sort((a, b) => a.id - b.id);
  return new Map(all.map(({ id, address: text }) => [serverId(id), address(text)]));
}

function nobody(asked: readonly Address[], error: unknown, servedBy: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `no server answers at ${asked.map(addressText).join(", ")}: ${reason}. ` +
    `Start a cluster with ${servedBy}, or say where it is with --servers`;
}
