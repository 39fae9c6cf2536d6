/**
 * A real MapReduce master and worker: coordinator and worker loop over TCP, with the files of this machine.
 *
 * @module
 */

export { processEnvironment } from "./app_environment.ts";
export { type AppSource, isModulePath, loadApp, type LoadedApp } from "./load_app.ts";
export { LocalWorkers, type LocalWorkersOptions } from "./local_workers.ts";
export { Master, type MasterOptions, type Resumed } from "./master.ts";
export { OutputRefusedError } from "./output_folder.ts";
export { statusDocument } from "./status_page.ts";
export { Worker, type WorkerOptions } from "./worker.ts";
export { makeWorkerFolder } from "./worker_folder.ts";
