/** A clerk of the key/value service for texts, with promises of the test's world. */

import { bytesOf, latin1Of } from "../../../core/base/bytes.ts";
import type { Random } from "../../../core/base/ports.ts";
import { KvClerk, type KvOutcome } from "../../../core/kv/clerk.ts";
import { Clerk } from "../../../core/rsm/clerk.ts";
import type { World } from "../harness/world.ts";
import type { ClerkEnds } from "./clerk_ends.ts";
import { ClerkNumbers } from "./clerk_numbers.ts";
import { CLERK_CALLS, KV_SERVICE } from "./kv_service.ts";

/** Nobody knows whether an operation took effect, or will yet. */
export class UncertainOutcome extends Error {
  override readonly name = "UncertainOutcome";
}

/** What a text clerk of one cluster is made of. */
export interface TextClerkOptions {
  readonly world: World;
  readonly ends: ClerkEnds;
  readonly random: Random;
  /** Whether it opens a session, as servers demand that do not remember all. */
  readonly opensSession: boolean;
}

/** See the head of this file. It retries for ever. Characters are bytes. */
export class TextClerk {
  readonly #world: World;
  readonly #clerk: KvClerk;

  /** The clerk beneath must never give up. `clientId` is the number by which servers know it. */
  constructor(world: World, clerk: KvClerk, readonly clientId: number) {
    this.#world = world;
    this.#clerk = clerk;
  }

  /** Returns the value; a key that is not there has the value "". */
  async get(key: string): Promise<string> {
    const value = await this.#ask<Uint8Array | undefined>((onOutcome) =>
      this.#clerk.get(bytesOf(key), onOutcome)
    );
    return value === undefined ? "" : textOf(value);
  }

  /** @throws {UncertainOutcome} If the session was forgotten meanwhile. */
  async put(key: string, value: string): Promise<void> {
    await this.#ask<unknown>((onOutcome) =>
      this.#clerk.put(bytesOf(key), bytesOf(value), onOutcome)
    );
  }

  /** @throws {UncertainOutcome} If the session was forgotten meanwhile. */
  async append(key: string, value: string): Promise<void> {
    await this.#ask<unknown>((onOutcome) =>
      this.#clerk.append(bytesOf(key), bytesOf(value), onOutcome)
    );
  }

  /** Ends the clerk; an operation under way never returns. */
  stop(): void {
    this.#clerk.stop();
  }

  /** A clerk that never gives up fails only when it is stopped. */
  #ask<T>(ask: (onOutcome: (outcome: KvOutcome<T>) => void) => void): Promise<T> {
    const { promise, resolve, reject } = this.#world.deferred<T>();
    ask((outcome) => {
      if (outcome.kind === "done") resolve(outcome.value);
      else if (outcome.kind === "uncertain") reject(new UncertainOutcome(outcome.reason));
    });
    return promise;
  }
}

/** Makes a text clerk of one cluster. */
export function makeTextClerk(
  { world, ends, random, opensSession }: TextClerkOptions,
): TextClerk {
  const transport = new ClerkNumbers(ends);
  const clerk = new Clerk({
    ...CLERK_CALLS,
    clock: world.clock,
    random,
    transport: world.mistake?.clerkTransport?.(transport) ?? transport,
    servers: ends.servers,
    service: KV_SERVICE,
    hints: false,
    session: opensSession ? "open" : "implicit",
  });
  return new TextClerk(world, new KvClerk(clerk), clerk.clientId);
}

function textOf(bytes: Uint8Array): string {
  return latin1Of(bytes);
}
