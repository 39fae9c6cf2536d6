/** What a server tells its clients about itself. */

import type { RespClient } from "../../host/resp/mod.ts";

/** Names and values, in the order in which they are shown. */
export type InfoFields = Readonly<Record<string, string | number>>;

/** See the head of this file. */
export interface ServerFacts {
  /** Says whether this is the password; `undefined` if there is none. */
  readonly isPassword: ((guess: Uint8Array) => boolean) | undefined;
  /** The sections of INFO, by their names in lower case. */
  info(): ReadonlyMap<string, InfoFields>;
  /** What CONFIG GET shows. */
  readonly settings: ReadonlyMap<string, string>;
  /** The clients that are connected now, with the names that they gave themselves. */
  clients(): Iterable<{ readonly connection: RespClient; readonly clientName: string }>;
  /** Milliseconds since the server started. */
  now(): number;
}
