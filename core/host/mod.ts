/**
 * The real world: the ports of `core/base` on this machine.
 *
 * @module
 */

export { RealClock } from "./clock.ts";
export { macrotask } from "./macrotask.ts";
