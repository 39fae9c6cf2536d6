/** The services of a server, found by their names' bytes without making a string of them. */

import type { RequestHandler } from "../../base/ports.ts";

/** A request names its service in at most as many bytes. */
export const SERVICE_NAME_BYTES_MAX = 255;

interface Service {
  readonly name: Uint8Array;
  handler: RequestHandler;
}

/** Returns the bytes of a service's name. */
export function serviceName(service: string): Uint8Array {
  const name = new TextEncoder().encode(service);
  if (name.length > SERVICE_NAME_BYTES_MAX) {
    throw new RangeError(
      `A service's name has at most ${SERVICE_NAME_BYTES_MAX} bytes: current value has ${name.length}`,
    );
  }
  return name;
}

/** The handlers of a server, by service. There are few, so they are tried one after the other. */
export class ServiceTable {
  readonly #services: Service[] = [];

  /** Sets the handler of a service. */
  set(service: string, handler: RequestHandler): void {
    const name = serviceName(service);
    const known = this.#services.find((other) => isAt(other.name, name, 0, name.length));
    if (known === undefined) this.#services.push({ name, handler });
    else known.handler = handler;
  }

  /** Returns the handler of the service whose name is at `start` of `message`. */
  find(message: Uint8Array, start: number, length: number): RequestHandler | undefined {
    for (const service of this.#services) {
      if (isAt(service.name, message, start, length)) return service.handler;
    }
    return undefined;
  }
}

function isAt(name: Uint8Array, message: Uint8Array, start: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) if (name[i] !== message[start + i]) return false;
  return true;
}
