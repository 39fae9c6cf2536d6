/** What `--version` prints. */

import { buildInfo } from "../core/host/build_info.ts";

const KINDS = {
  "deno compile": "by deno compile",
  "self-extracting": "as a self-extracting file",
  "source": "not at all: running from source",
} as const;

/** The version, the commit, how the program was built, and the runtime, one a line. */
export function versionText(): string {
  const { version, commit, kind } = buildInfo();
  return [
    `dist824 ${version}`,
    `commit  ${commit}`,
    `built   ${KINDS[kind]}`,
    `deno    ${Deno.version.deno} (${Deno.build.target})`,
  ].join("\n");
}
