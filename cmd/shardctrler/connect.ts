/** From addresses on the command line to a client of a sharded store. */

import { ShardsClient } from "../../core/server/shardkv/mod.ts";
import type { Answer } from "../../core/shardctrler/mod.ts";
import { type ClientFlags, clientSettings } from "../cluster/connect.ts";
import type { ServerAddress } from "../cluster/peers.ts";
import { FailedError } from "../errors.ts";
import { ctrlerNames } from "./addresses.ts";

/** What the command line says about the store. */
export interface StoreFlags extends Omit<ClientFlags, "servers"> {
  readonly ctrlers?: readonly ServerAddress[] | undefined;
}

/** Runs `work` with a client of the store. */
export async function withShardsClient<T>(
  flags: StoreFlags,
  work: (client: ShardsClient) => Promise<T>,
): Promise<T> {
  const client = new ShardsClient({
    ...await clientSettings(flags),
    ctrlers: ctrlerNames(flags.ctrlers),
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** The result of something that only reads. @throws {FailedError} If there is none. */
export function resultOf<Result>(answer: Answer<Result>): Result {
  if (answer.kind === "done") return answer.result;
  throw new FailedError(
    `no answer from the controller: ${answer.reason}. ` +
      "Start one with dist824 shardkv serve, or say where it is with --ctrlers",
  );
}
