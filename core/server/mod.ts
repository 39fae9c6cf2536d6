/**
 * Real nodes: a protocol of this program put on the real world. Commands start them; tests run them in-process.
 *
 * @module
 */

export * from "./mapreduce/mod.ts";
