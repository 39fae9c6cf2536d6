/**
 * Is a recorded history linearizable? Histories, models of what was asked, and the checker that decides.
 *
 * @module
 */

export * from "./history.ts";
