/** Puts a mistake where a server is built. */

import type { Storage } from "../../core/base/ports.ts";
import type { RaftNodeOptions } from "../../core/raft/mod.ts";
import type { Mistake } from "./mistake.ts";
import { MistakenRaft } from "./mistaken_raft.ts";

/** What a server is built on, with the mistake in it where there is one. */
export function plant(
  mistake: Mistake | undefined,
  storage: Storage,
): Pick<RaftNodeOptions, "storage" | "makeMachine"> {
  const raft = mistake?.raft;
  return {
    storage: mistake?.storage?.(storage) ?? storage,
    ...(raft && { makeMachine: (setup, now) => new MistakenRaft(raft, setup, now) }),
  };
}
