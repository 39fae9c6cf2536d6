/**
 * What this program is: its version, the commit, and how it was built. The build writes these into the
 * bundle; from source they come from `deno.json` and from git.
 */

import config from "../../deno.json" with { type: "json" };

/** How the program came to be. */
export type BuildKind = "deno compile" | "self-extracting" | "source";

/** What the build knows about the program. */
export interface BuildInfo {
  readonly version: string;
  /** The abbreviated commit, with `-dirty` if files differed from it; `unknown` without git. */
  readonly commit: string;
  readonly kind: BuildKind;
}

/** Put in place by `scripts/build.ts`; not there when the program runs from source. */
declare const DIST824_BUILD: BuildInfo | undefined;

/** Whether the program runs from a bundle that the build made. */
export function isBuilt(): boolean {
  return typeof DIST824_BUILD !== "undefined";
}

/** Returns what is known about this program. */
export function buildInfo(): BuildInfo {
  if (typeof DIST824_BUILD !== "undefined") return DIST824_BUILD;
  return { version: config.version, commit: sourceCommit(), kind: "source" };
}

/** The commit of the source tree that this file lies in. */
export function sourceCommit(): string {
  try {
    const { success, stdout } = new Deno.Command("git", {
      args: ["describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"],
      cwd: import.meta.dirname!,
      stderr: "null",
    }).outputSync();
    const commit = new TextDecoder().decode(stdout).trim();
    return success && commit !== "" ? commit : "unknown";
  } catch {
    return "unknown";
  }
}
