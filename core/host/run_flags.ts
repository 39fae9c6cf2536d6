/** How Deno runs this program: what it may do, and what of the surroundings it must not look at. */

/** The permissions the program uses. There is no FFI among them, and no import from other hosts. */
export const PERMISSION_FLAGS: readonly string[] = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-env",
  "--allow-sys",
];

/** The flags of `deno run` for the bundled program. No configuration of the current directory counts. */
export const RUN_FLAGS: readonly string[] = [
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-prompt",
  ...PERMISSION_FLAGS,
];
