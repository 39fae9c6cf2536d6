/** `dist824 bench`: measures this program on this machine. Figures are for reading; no test depends on them. */

import { checkBench } from "./bench/check.ts";
import { kvBench } from "./bench/kv.ts";
import { mrBench } from "./bench/mr.ts";
import { raftBench } from "./bench/raft.ts";
import { simBench } from "./bench/sim.ts";
import { type CommandDefinition, defineGroup } from "./command.ts";

/** Everything that can be measured. */
const BENCHES: readonly CommandDefinition[] = [simBench, checkBench, raftBench, kvBench, mrBench];

/** Measures one part of the program. */
export const benchCommand = defineGroup({
  name: "bench",
  summary: "Measure this program on this machine",
  commands: BENCHES,
  examples: [
    { line: "dist824 bench sim", does: "the simulator's speed, and 50 runs of each lab" },
    { line: "dist824 bench raft", does: "durable proposals, beside the machine's own limits" },
    { line: "dist824 bench kv --target :6379", does: "any server that speaks the Redis protocol" },
  ],
});
