/**
 * Makes failing runs of lab tests smaller, and repeats the small ones from a file.
 *
 * @module
 */

export type { Figures } from "./figures.ts";
export { minimise, type Minimised, type MinimiseOptions, NothingToMinimise } from "./minimise.ts";
export { type Changes, formatPlan, parsePlan, type Plan, PlanError } from "./plan.ts";
export { ruleOf } from "./rule.ts";
export { type PlannedRun, runPlanned } from "./run_planned.ts";
