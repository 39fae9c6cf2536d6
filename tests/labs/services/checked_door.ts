/** A server's door to its clerks, at which every answer is looked at before it leaves. */

import type { LogIndex } from "../../../core/base/durable.ts";
import type { Transport } from "../../../core/base/ports.ts";
import type { CheckReply } from "./answer_checker.ts";

/** What is checked, and by whom. */
export interface DoorChecks {
  /** The service under which clerks ask; others are let through. */
  readonly service: string;
  readonly onRequest: (request: Uint8Array) => CheckReply;
  /** The last entry in the state of the server. */
  readonly applied: () => LogIndex;
}

/** Makes a transport in front of the real one. */
export function checkedDoor(transport: Transport, checks: DoorChecks): Transport {
  const { service: checked, onRequest, applied } = checks;
  return {
    call: (...call) => transport.call(...call),
    serve(service, handler) {
      if (service !== checked) return transport.serve(service, handler);
      transport.serve(service, (request, reply) => {
        const check = onRequest(request);
        handler(request, (bytes) => {
          check(bytes, applied());
          reply(bytes);
        });
      });
    },
  };
}
