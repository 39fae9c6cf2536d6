/**
 * MapReduce: the master as a pure state machine, the worker, the way of the data between them, and the
 * applications that come with the program. All I/O goes through the ports.
 *
 * @module
 */

export * from "./app.ts";
export { toApp } from "./app_module.ts";
export { Coordinator } from "./coordinator.ts";
export { CoordinatorNode } from "./coordinator_node.ts";
export { startCoordinator, type StartedCoordinator } from "./coordinator_start.ts";
export * from "./job.ts";
export * from "./messages.ts";
export { ihash, partition } from "./partition.ts";
export { planSplits, SPLIT_BYTES_DEFAULT } from "./splits.ts";
export { AppTaskRunner } from "./task_runner.ts";
export { type TaskControl, type TaskRunner, WorkerLoop } from "./worker_loop.ts";
