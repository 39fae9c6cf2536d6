/** Where a master is, and who may get there. */

import type { Address } from "../../core/host/mod.ts";
import { addressText, isLoopback } from "../address.ts";
import { UsageError } from "../errors.ts";

/** Where a master is, unless told otherwise. */
export const MASTER_DEFAULT: Address = { hostname: "127.0.0.1", port: 9824 };

/**
 * Refuses an address that others can reach, unless the user has said that he knows. Where there can be TLS, `hasTls`
 * says whether there is: then whoever comes in shows who he is.
 *
 * @throws {UsageError} If it is one.
 */
export function refuseOpen(
  option: string,
  where: Address,
  insecure: boolean,
  hasTls?: boolean,
): void {
  if (insecure || hasTls || isLoopback(where)) return;
  const tls = hasTls === undefined ? "" : "--tls-cert, --tls-key and --tls-ca, or ";
  throw new UsageError(
    `${option} ${
      addressText(where)
    } can be reached by other machines, and anybody there could read the data ` +
      `and spoil the job: give ${tls}--insecure if the network is trusted`,
  );
}
