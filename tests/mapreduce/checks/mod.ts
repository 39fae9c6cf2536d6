/**
 * What must hold at every step of a simulated master, one file for each thing that can go wrong.
 *
 * @module
 */

export { FinalNames } from "./final_names.ts";
export { JobChecks } from "./job_checks.ts";
