/** The files of this machine behave as the port promises. */

import { HostFiles } from "../../core/host/mod.ts";
import { filesSuite } from "./files_suite.ts";

filesSuite("HostFiles", async (body) => {
  const root = await Deno.makeTempDir();
  try {
    await body({ files: new HostFiles(root), root });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
