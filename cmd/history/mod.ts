/** `dist824 history`: recorded histories, of this program's services and of any other system. */

import { defineGroup } from "../command.ts";
import { historyCheckCommand } from "./check.ts";

/** Everything about histories. */
export const historyCommand = defineGroup({
  name: "history",
  summary: "Check recorded histories for linearizability",
  commands: [historyCheckCommand],
  examples: [
    { line: "dist824 history check history.jsonl", does: "check each key of a key/value store" },
  ],
});
