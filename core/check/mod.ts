/**
 * Is a recorded history linearizable? Histories, models of what was asked, and the checker that decides.
 *
 * @module
 */

export * from "./check.ts";
export * from "./events.ts";
export type { Misfit } from "./explain.ts";
export * from "./history.ts";
export * from "./history_error.ts";
export * from "./history_lines.ts";
export * from "./kv_model.ts";
export * from "./machine.ts";
export * from "./recorder.ts";
export * from "./register_model.ts";
export { printable, quoted } from "./words.ts";
