/** A clerk of the sharded store for the tests: texts and promises. */

import { KvClerk } from "../../../core/kv/clerk.ts";
import { ShardkvClerk } from "../../../core/shardkv/mod.ts";
import { CLERK_CALLS } from "../services/kv_service.ts";
import { NamedEnds } from "../services/named_ends.ts";
import type { Stage } from "../services/stage.ts";
import { TextClerk } from "../services/text_clerk.ts";
import { ctrlerClerk } from "./ctrler_cluster.ts";

/** Makes a clerk that reaches all groups and the controller. `name` is its own among the clerks of the test. */
export function shardClerk(stage: Stage, name: string, opensSession: boolean): TextClerk {
  const { world } = stage;
  const ends = new NamedEnds(stage, name, { alive: true });
  const call = ends.call.bind(ends);
  const random = world.random.child(name);
  const clerk = new ShardkvClerk({
    ...CLERK_CALLS,
    clock: world.clock,
    random,
    call,
    configs: ctrlerClerk(world.clock, random.child("configs"), call),
    session: opensSession ? "open" : "implicit",
  });
  return new TextClerk(world, new KvClerk(clerk), clerk.clientId);
}
