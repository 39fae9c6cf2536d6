/** From addresses on the command line to a client that knows who is who. */

import { ms, type ServerId, serverId } from "../../core/base/mod.ts";
import { type Address, RealClock, type RpcOptions, systemRandom } from "../../core/host/mod.ts";
import { RaftClient, type RaftServerStatus } from "../../core/server/raft/mod.ts";
import { address, addressText } from "../address.ts";
import type { ServerAddress } from "../cluster/peers.ts";
import { type TlsFlags, tlsSettings } from "../cluster/tls_options.ts";
import { FailedError } from "../errors.ts";
import { DEFAULT_SERVERS } from "./addresses.ts";

/** What the command line says about the cluster. */
export interface ClientFlags extends TlsFlags {
  readonly servers?: readonly ServerAddress[] | undefined;
  readonly cluster?: string | undefined;
  /** In seconds. */
  readonly patience?: number | undefined;
}

/** How long to wait for a server to say who is in its cluster. */
const FIND_TIME = ms(3000);

/**
 * Runs `work` with a client of the cluster. Without numbers in the addresses, one server is asked who they all are.
 *
 * @throws {FailedError} If none answers.
 */
export async function withRaftClient<T>(
  flags: ClientFlags,
  work: (client: RaftClient, servers: ReadonlyMap<ServerId, Address>) => Promise<T>,
): Promise<T> {
  const settings = { ...flags, ...await tlsSettings(flags) };
  const servers = await findServers(settings);
  const client = newClient(servers, settings);
  try {
    return await work(client, servers);
  } finally {
    client.close();
  }
}

type ClientSettings = ClientFlags & { readonly streams?: Pick<RpcOptions, "dial"> };

function newClient(servers: ReadonlyMap<ServerId, Address>, settings: ClientSettings): RaftClient {
  const { cluster, patience, streams } = settings;
  return new RaftClient({
    servers,
    clock: new RealClock(),
    random: systemRandom(),
    ...(streams !== undefined && { streams }),
    ...(cluster !== undefined && { clusterId: cluster }),
    ...(patience !== undefined && { patience: ms(patience * 1000) }),
  });
}

async function findServers(settings: ClientSettings): Promise<ReadonlyMap<ServerId, Address>> {
  const { servers = DEFAULT_SERVERS } = settings;
  const named = servers.flatMap(({ id, address }) =>
    id === undefined ? [] : [[id, address] as const]
  );
  if (named.length === servers.length) return new Map(named);
  const asked = new Map(servers.map(({ address }, i) => [serverId(i), address]));
  const client = newClient(asked, settings);
  try {
    return membersOf(
      await Promise.any([...asked.keys()].map((id) => client.status(id, FIND_TIME))),
    );
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    throw new FailedError(nobody([...asked.values()], error.errors[0]));
  } finally {
    client.close();
  }
}

function membersOf(status: RaftServerStatus): ReadonlyMap<ServerId, Address> {
  const all = [status, ...status.peers].sort((a, b) => a.id - b.id);
  return new Map(all.map(({ id, address: text }) => [serverId(id), address(text)]));
}

function nobody(asked: readonly Address[], error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `no server answers at ${asked.map(addressText).join(", ")}: ${reason}. ` +
    "Start a cluster with dist824 raft serve, or say where it is with --servers";
}
