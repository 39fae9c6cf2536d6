/** Paths of simulated files. */

/** Returns the absolute path that `path` means below the absolute path `root`, without dots or doubled slashes. */
export function resolvePath(root: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${root}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Returns the folder that an absolute path lies in; `/` for `/`. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/** Says whether an absolute path lies below the folder `folder`, at any depth. */
export function isBelow(path: string, folder: string): boolean {
  return folder === "/" ? path !== "/" : path.startsWith(`${folder}/`);
}
