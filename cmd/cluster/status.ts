/** How the servers of a cluster are doing: each is asked, and what they say is told. */

import { ms, type ServerId } from "../../core/base/mod.ts";
import { type Address, RpcError } from "../../core/host/mod.ts";
import type { NodeStatus } from "../../core/server/node/mod.ts";
import { addressText } from "../address.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { tell } from "../tell.ts";
import type { ClusterClient } from "./connect.ts";
import { type Answer, newestLeader } from "./status_table.ts";

/** How long a server may take to say how it is doing. */
const PATIENCE = ms(3000);

/** Asks all servers at once; one that does not answer is told with the reason. */
export function askAll<Status extends NodeStatus>(
  client: Pick<ClusterClient<Status>, "status">,
  servers: ReadonlyMap<ServerId, Address>,
): Promise<Answer<Status>[]> {
  return Promise.all([...servers].map(async ([id, where]) => {
    try {
      return await client.status(id, PATIENCE);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { id, address: addressText(where), error: error.message };
    }
  }));
}

/** Tells what the servers say. The result is the exit code: 1 if none of them leads. */
export function tellStatus<Status extends NodeStatus>(
  answers: readonly Answer<Status>[],
  table: (answers: readonly Answer<Status>[]) => string,
  file: string | undefined,
  env: CommandEnv,
): number {
  tell({ text: table(answers), json: { servers: answers }, indent: 2 }, file, env);
  return newestLeader(answers) === undefined ? EXIT.failed : EXIT.good;
}
