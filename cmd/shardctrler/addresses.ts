/** Where the servers of a sharded store are, unless told otherwise. */

import { addressText } from "../address.ts";
import { DEFAULT_SERVERS, DEFAULT_SERVERS_TEXT, FIRST_PORTS } from "../cluster/local_servers.ts";
import { type ServerAddress, serverList } from "../cluster/peers.ts";
import { Option } from "../command.ts";

/** The first port of the controller's servers; those of a local demonstration's groups lie above. */
export const CTRLERS_PORT = FIRST_PORTS.peers;

/** `--ctrlers <list>`: the servers of the controller. */
export function ctrlersOption(): Option<
  "--ctrlers <list>",
  undefined,
  undefined,
  readonly ServerAddress[]
> {
  return new Option(
    "--ctrlers <list>",
    `servers of the controller: HOST:PORT,HOST:PORT,… (default: ${DEFAULT_SERVERS_TEXT})`,
  ).argParser(serverList);
}

/** The controller's servers as others call them. */
export function ctrlerNames(list: readonly ServerAddress[] | undefined): readonly string[] {
  return (list ?? DEFAULT_SERVERS).map(({ address }) => addressText(address));
}
