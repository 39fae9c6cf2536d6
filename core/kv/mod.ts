/**
 * The key/value store: operations, the state machine that carries them out, and its clerk.
 *
 * @module
 */

export * from "./clerk.ts";
export * from "./integer.ts";
export * from "./operations.ts";
export { decodeOperations, encodeOperations } from "./operations_codec.ts";
export { decodeResults } from "./results_codec.ts";
export { type KvOptions, KvStateMachine } from "./state_machine.ts";
export { type Value, valueOf, writeValue } from "./value.ts";
