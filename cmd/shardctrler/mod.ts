/** `dist824 shardctrler`: the controller of a sharded store. */

import { defineGroup } from "../command.ts";
import {
  ctrlerJoinCommand,
  ctrlerLeaveCommand,
  ctrlerMoveCommand,
  ctrlerPlanCommand,
  ctrlerQueryCommand,
} from "./changes.ts";
import { ctrlerServeCommand } from "./serve.ts";

/** Everything about the controller. */
export const shardctrlerCommand = defineGroup({
  name: "shardctrler",
  summary: "Say which group of servers has which shards of a sharded store",
  commands: [
    ctrlerServeCommand,
    ctrlerJoinCommand,
    ctrlerLeaveCommand,
    ctrlerMoveCommand,
    ctrlerQueryCommand,
    ctrlerPlanCommand,
  ],
  examples: [
    { line: "dist824 shardctrler query", does: "see which group has which shards" },
    { line: "dist824 shardctrler plan leave 2", does: "see what would move if group 2 left" },
  ],
});
