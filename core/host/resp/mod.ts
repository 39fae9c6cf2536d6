/**
 * The Redis protocol over TCP: requests in, replies out, with bounds on all that a client could make the server hold
 * or wait for. What the requests mean is decided elsewhere.
 *
 * @module
 */

export { ByteBudget } from "./byte_budget.ts";
export { DEFAULT_RESP_LIMITS, type RequestLimits, type RespLimits } from "./limits.ts";
export { ReplyWriter, type RespVersion } from "./reply_writer.ts";
export { RespProtocolError, type RespRequest } from "./request.ts";
export { RequestParser } from "./request_parser.ts";
export {
  type RespLogEvent,
  RespServer,
  type RespServerOptions,
  type RespStats,
} from "./resp_server.ts";
export type { OpenSession, RespClient, RespSession } from "./session.ts";
