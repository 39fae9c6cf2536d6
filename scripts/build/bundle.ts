/** Makes one JavaScript module of the whole program, with what the build knows about it written in. */

import * as esbuild from "esbuild";
import { readdir, readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { BuildInfo } from "../../core/host/build_info.ts";
import { REPOSITORY, run } from "./shell.ts";

/**
 * Bundles `main.ts`. `workDir` is an empty directory; npm packages are laid out there, in the versions that
 * `deno.lock` says, because the bundler looks for them in `node_modules`.
 */
export async function bundle(info: BuildInfo, workDir: string): Promise<Uint8Array> {
  for (const name of ["deno.json", "deno.lock"]) {
    await Deno.copyFile(join(REPOSITORY, name), join(workDir, name));
  }
  await run(Deno.execPath(), ["install", "--quiet", "--frozen", "--node-modules-dir=auto"], {
    cwd: workDir,
  });
  try {
    const { outputFiles, metafile } = await esbuild.build({
      absWorkingDir: REPOSITORY,
      entryPoints: ["main.ts"],
      outfile: "dist824.js",
      write: false,
      metafile: true,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "esnext",
      mainFields: ["module", "main"],
      conditions: ["deno", "node", "import"],
      external: ["node:*"],
      nodePaths: [join(workDir, "node_modules")],
      plugins: [nodeModules],
      define: { DIST824_BUILD: JSON.stringify(info) },
      charset: "utf8",
      legalComments: "none",
      logLevel: "warning",
    });
    const packages = packageDirs(Object.keys(metafile.inputs));
    const notices = await Promise.all(packages.map((dir) => notice(join(REPOSITORY, dir))));
    return new TextEncoder().encode(outputFiles[0]!.text + notices.join(""));
  } finally {
    await esbuild.stop();
  }
}

/** Packages that are no modules of JavaScript ask for those of Node by `require`: when they are first used, at once. */
const nodeModules: esbuild.Plugin = {
  name: "node modules",
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${builtinModules.join("|")})$`);
    onResolve({ filter }, ({ path }) => ({ path, namespace: "node" }));
    onLoad({ filter: /.*/, namespace: "node" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("node:${path}");`,
    }));
  },
};

/** The directories of the packages that these files belong to, sorted. */
function packageDirs(inputs: readonly string[]): string[] {
  const dirs = inputs.map((path) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(dirs.filter((dir) => dir !== undefined))].sort();
}

/** A comment with a package's name and licence, as the licences want it. */
async function notice(dir: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(dir, "package.json"), "utf8"));
  const file = (await readdir(dir)).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? "" : await readFile(join(dir, file), "utf8");
  const lines = [`${name} ${version}, licence ${license}`, ...text.trim().split("\n")];
  return `\n// ${lines.join("\n// ").replace(/ +$/gm, "")}\n`;
}
