/** A clerk of the sharded store for the tests: texts and promises. */

import { KvClerk } from "../../../core/kv/clerk.ts";
import { ShardkvClerk } from "../../../core/shardkv/mod.ts";
import { decodeGroupReply } from "../../../core/shardkv/results.ts";
import { ClerkNumbers, isOverReply } from "../services/clerk_numbers.ts";
import { CLERK_CALLS } from "../services/kv_service.ts";
import { NamedEnds } from "../services/named_ends.ts";
import type { Stage } from "../services/stage.ts";
import { TextClerk } from "../services/text_clerk.ts";
import { ctrlerClerk } from "./ctrler_cluster.ts";

/** Makes a clerk that reaches all groups and the controller. `name` is its own among the clerks of the test. */
export function shardClerk(stage: Stage, name: string, opensSession: boolean): TextClerk {
  const { world } = stage;
  const ends = new NamedEnds(stage, name, { alive: true });
  const numbers = new ClerkNumbers(ends, isOver);
  const random = world.random.child(name);
  const clerk = new ShardkvClerk({
    ...CLERK_CALLS,
    clock: world.clock,
    random,
    call: numbers.call.bind(numbers),
    configs: ctrlerClerk(world.clock, random.child("configs"), ends.call.bind(ends)),
    session: opensSession ? "open" : "implicit",
  });
  return new TextClerk(world, new KvClerk(clerk), clerk.clientId);
}

/** Who is turned away tries another group, with the same command. */
function isOver(reply: Uint8Array): boolean {
  return isOverReply(reply) && decodeGroupReply(reply)?.kind !== "wrongGroup";
}
