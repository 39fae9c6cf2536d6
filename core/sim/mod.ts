/**
 * The simulated world: virtual time, a network and disks that can be broken in every way, all from one
 * seed. The same seed gives the same run, down to the last event.
 *
 * @module
 */

export type { Choice } from "./choice_log.ts";
export {
  type Chance,
  DiskError,
  type DiskFaults,
  type DiskOperation,
  type DiskOptions,
  type OnSynced,
  SimDisk,
} from "./disk.ts";
export { FoldKind } from "./event_hash.ts";
export {
  type FileDiskOperation,
  type FileDiskOptions,
  type Operation,
  SimFileDisk,
} from "./file_disk.ts";
export { FolderImage } from "./folder_image.ts";
export { MemoryFiles, type MemoryFilesOptions } from "./files.ts";
export { Incarnation } from "./incarnation.ts";
export type { CallCourse, CallDecision, CallerEnd, MessageDirector } from "./message_director.ts";
export {
  LabNetwork,
  type NetworkOptions,
  type ServerName,
  type SimEnd,
  SimNetwork,
  SimServer,
} from "./network.ts";
export { type Deferred, HangError, Simulation, type SimulationOptions } from "./simulation.ts";
export { SimStorage } from "./storage.ts";
export { SimTransport } from "./transport.ts";
