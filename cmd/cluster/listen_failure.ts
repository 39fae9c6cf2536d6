/** Why a server cannot listen, and what to do about it. */

import { FailedError } from "../errors.ts";

/**
 * Says in words why `where` cannot be listened on; `undefined` if the error is about something else. `options` are
 * those that say where to listen.
 */
export function listenFailure(
  error: unknown,
  where: string,
  options: string,
): FailedError | undefined {
  const reason = reasonOf(error, options);
  return reason === undefined ? undefined : new FailedError(`${where} ${reason}`);
}

function reasonOf(error: unknown, options: string): string | undefined {
  if (error instanceof Deno.errors.AddrInUse) {
    return "is in use: another server may be running there";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `is no address of this machine: say where with ${options}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `may not be listened on by this user: give a port above 1023 with ${options}`;
  }
  if (error instanceof Error && error.message.startsWith("failed to lookup address")) {
    return `has a name that cannot be found: check it, or give an address with ${options}`;
  }
  return undefined;
}
