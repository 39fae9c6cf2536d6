/**
 * How this program starts itself: worker processes, local clusters and parallel test jobs are always the
 * program that is already running, however it was built.
 */

import { fileURLToPath } from "node:url";
import { buildInfo, isBuilt } from "./build_info.ts";
import { RUN_FLAGS } from "./run_flags.ts";

/** A program and its arguments, as `Deno.Command` takes them. */
export interface SelfCommand {
  readonly command: string;
  readonly args: string[];
}

/**
 * Returns the command that runs this program with `args`. The child has the permissions of its parent, and
 * is to inherit the parent's environment: a self-extracted program keeps the place of its cache there.
 */
export function selfCommand(args: readonly string[]): SelfCommand {
  const command = Deno.execPath();
  if (!isBuilt()) {
    const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
    return { command, args: ["run", ...grantedFlags(), main, ...args] };
  }
  if (buildInfo().kind === "deno compile") return { command, args: [...args] };
  return { command, args: ["run", ...RUN_FLAGS, fileURLToPath(import.meta.url), ...args] };
}

/** The flags that give a child of `deno run` what this process may do. */
function grantedFlags(): string[] {
  const names = ["net", "read", "write", "run", "env", "sys"] as const;
  const granted = names.filter((name) => Deno.permissions.querySync({ name }).state === "granted");
  return ["--quiet", "--no-prompt", ...granted.map((name) => `--allow-${name}`)];
}
