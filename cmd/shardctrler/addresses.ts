/** Where the servers of a sharded store are, unless told otherwise. */

import { addressText } from "../address.ts";
import type { ServerAddress } from "../cluster/peers.ts";
import { serverList } from "../cluster/peers.ts";
import { Option } from "../command.ts";

/** The first port of the controller's servers; those of a local demonstration's groups lie above. */
export const CTRLERS_PORT = 7824;

/** Where the controller of a local cluster is. */
export const DEFAULT_CTRLERS_TEXT = [0, 1, 2].map((i) => `127.0.0.1:${CTRLERS_PORT + i}`).join(",");

/** `--ctrlers <list>`: the servers of the controller. */
export function ctrlersOption(): Option<
  "--ctrlers <list>",
  undefined,
  undefined,
  readonly ServerAddress[]
> {
  return new Option(
    "--ctrlers <list>",
    `servers of the controller: HOST:PORT,HOST:PORT,… (default: ${DEFAULT_CTRLERS_TEXT})`,
  ).argParser(serverList);
}

/** The controller's servers as others call them. */
export function ctrlerNames(list: readonly ServerAddress[] | undefined): readonly string[] {
  return (list ?? serverList(DEFAULT_CTRLERS_TEXT)).map(({ address }) => addressText(address));
}
