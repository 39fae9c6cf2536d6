/** From addresses on the command line to a client of a sharded store. */

import { ms } from "../../core/base/mod.ts";
import { RealClock, systemRandom } from "../../core/host/mod.ts";
import { ShardsClient } from "../../core/server/shardkv/mod.ts";
import type { Answer } from "../../core/shardctrler/mod.ts";
import type { ServerAddress } from "../cluster/peers.ts";
import { type TlsFlags, tlsSettings } from "../cluster/tls_options.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";
import { ctrlerNames } from "./addresses.ts";

/** What the command line says about the store. */
export interface StoreFlags extends TlsFlags {
  readonly ctrlers?: readonly ServerAddress[] | undefined;
  readonly cluster?: string | undefined;
  /** In seconds. */
  readonly patience?: number | undefined;
}

/** Runs `work` with a client of the store. */
export async function withShardsClient<T>(
  flags: StoreFlags,
  work: (client: ShardsClient) => Promise<T>,
): Promise<T> {
  const { ctrlers, cluster, patience } = flags;
  const client = new ShardsClient({
    ctrlers: ctrlerNames(ctrlers),
    clock: new RealClock(),
    random: systemRandom(),
    ...await tlsSettings(flags),
    ...(cluster !== undefined && { clusterId: cluster }),
    ...(patience !== undefined && { patience: ms(patience * 1000) }),
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

/** Says that nobody knows whether something was done, and returns the exit code for that. */
export function uncertain(command: string, reason: string, env: CommandEnv): number {
  env.stderr.write(`dist824 ${command}: nobody knows whether it was done: ${reason}\n`);
  return EXIT.unknown;
}
