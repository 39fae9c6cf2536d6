/** Ports for servers that must know each other's before any of them listens. */

/** Below the ports that systems give to outgoing connections: nobody takes them by chance. */
const FIRST = 10_240;
const LAST = 32_000;

/**
 * Finds ports that nobody on this machine listens on: different ones. They are not reserved; whoever wants them
 * should listen soon.
 *
 * @throws If there are none.
 */
export function freePorts(count: number, hostname = "127.0.0.1"): number[] {
  const listeners: Deno.Listener[] = [];
  const ports: number[] = [];
  try {
    for (let attempts = 0; ports.length < count; attempts++) {
      if (attempts > 100 * count) throw new Error(`There are no ${count} free ports`);
      const port = FIRST + crypto.getRandomValues(new Uint32Array(1))[0]! % (LAST - FIRST);
      const listener = tryListen(hostname, port);
      if (listener === undefined) continue;
      listeners.push(listener);
      ports.push(port);
    }
    return ports;
  } finally {
    for (const listener of listeners) listener.close();
  }
}

/** Says whether nobody on this machine listens on a port. */
export function isPortFree(port: number, hostname = "127.0.0.1"): boolean {
  const listener = tryListen(hostname, port);
  listener?.close();
  return listener !== undefined;
}

function tryListen(hostname: string, port: number): Deno.Listener | undefined {
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return undefined;
    throw error;
  }
}
