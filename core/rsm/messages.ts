/**
 * What a clerk and a replicated service say to each other, and how it travels. A request that changes something is also
 * what stands in the log, byte for byte, and a service's answer is what {@linkcode ExactlyOnce} made of it: neither is
 * encoded a second time on its way.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { type ServerId, serverId } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";

/** What a clerk asks. */
export type ClerkRequest =
  /** Opens a session for that client; if it has one, that is the answer. Answered with {@linkcode encodeSession}. */
  | { readonly kind: "open"; readonly clientId: number }
  /** To be carried out once, however often it arrives: `sequence` counts a client's commands, from 1. */
  | {
    readonly kind: "command";
    readonly clientId: number;
    /** What opening the session was answered; 0 where clients need none. */
    readonly session: number;
    readonly sequence: number;
    readonly command: Uint8Array;
  }
  /** To be carried out as often as it arrives: for those who propose it once and never again. */
  | { readonly kind: "bare"; readonly command: Uint8Array }
  /** Changes nothing, so it may be repeated at will. */
  | { readonly kind: "query"; readonly question: Uint8Array };

/** What it is answered. */
export type ClerkReply =
  | { readonly kind: "done"; readonly result: Uint8Array }
  /** This request was certainly not carried out. `leaderId` is a guess of who can. */
  | { readonly kind: "notLeader"; readonly leaderId: ServerId | undefined }
  /** This request may have been carried out, or may yet be. */
  | { readonly kind: "unknown"; readonly leaderId: ServerId | undefined }
  /** Not carried out by this request: the client has no such session (any more), or has used a later sequence. */
  | { readonly kind: "expired" };

const OPEN = 1;
const COMMAND = 2;
const BARE = 3;
const QUERY = 4;

const DONE = 1;
const NOT_LEADER = 2;
const UNKNOWN = 3;
const EXPIRED = 4;

/** A payload that is larger is copied straight to its place, and leaves the writer small. */
const SMALL = 1024;

const writer = new ByteWriter(1024);

/** Encodes a request. The result shares no memory with it. */
export function encodeClerkRequest(request: ClerkRequest): Uint8Array {
  switch (request.kind) {
    case "open":
      writer.u8(OPEN);
      writer.varint(request.clientId);
      return writer.finish();
    case "command":
      writer.u8(COMMAND);
      writer.varint(request.clientId);
      writer.varint(request.session);
      writer.varint(request.sequence);
      return tagged(request.command);
    case "bare":
      writer.u8(BARE);
      return tagged(request.command);
    case "query":
      writer.u8(QUERY);
      return tagged(request.question);
  }
}

/**
 * Decodes a request. Its byte strings are views into `bytes`.
 *
 * @throws {DamagedDataError} If `bytes` is no request.
 */
export function decodeClerkRequest(bytes: Uint8Array): ClerkRequest {
  const reader = new ByteReader(bytes);
  const kind = reader.u8();
  switch (kind) {
    case OPEN: {
      const clientId = reader.varint();
      reader.end();
      return { kind: "open", clientId };
    }
    case COMMAND:
      return {
        kind: "command",
        clientId: reader.varint(),
        session: reader.varint(),
        sequence: reader.varint(),
        command: reader.raw(reader.remaining),
      };
    case BARE:
      return { kind: "bare", command: reader.raw(reader.remaining) };
    case QUERY:
      return { kind: "query", question: reader.raw(reader.remaining) };
    default:
      throw new DamagedDataError(`No clerk sends a request of kind ${kind}`, 0);
  }
}

/** Encodes a reply. The result shares no memory with it. */
export function encodeClerkReply(reply: ClerkReply): Uint8Array {
  switch (reply.kind) {
    case "done":
      writer.u8(DONE);
      return tagged(reply.result);
    case "notLeader":
      return withLeader(NOT_LEADER, reply.leaderId);
    case "unknown":
      return withLeader(UNKNOWN, reply.leaderId);
    case "expired":
      writer.u8(EXPIRED);
      return writer.finish();
  }
}

/**
 * Decodes a reply. Its byte strings are views into `bytes`.
 *
 * @throws {DamagedDataError} If `bytes` is no reply.
 */
export function decodeClerkReply(bytes: Uint8Array): ClerkReply {
  const reader = new ByteReader(bytes);
  const kind = reader.u8();
  switch (kind) {
    case DONE:
      return { kind: "done", result: reader.raw(reader.remaining) };
    case NOT_LEADER:
      return { kind: "notLeader", leaderId: readLeader(reader) };
    case UNKNOWN:
      return { kind: "unknown", leaderId: readLeader(reader) };
    case EXPIRED:
      reader.end();
      return { kind: "expired" };
    default:
      throw new DamagedDataError(`No service sends a reply of kind ${kind}`, 0);
  }
}

/** Encodes the number of a session, the answer to `open`. */
export function encodeSession(session: number): Uint8Array {
  writer.varint(session);
  return writer.finish();
}

/**
 * Decodes the number of a session.
 *
 * @throws {DamagedDataError} If `bytes` is none.
 */
export function decodeSession(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  const session = reader.varint();
  reader.end();
  return session;
}

/** What was written so far, and `payload` behind it. A large payload is copied once. */
function tagged(payload: Uint8Array): Uint8Array {
  if (payload.length <= SMALL) {
    writer.raw(payload);
    return writer.finish();
  }
  const head = writer.finish();
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

function withLeader(kind: number, leaderId: ServerId | undefined): Uint8Array {
  writer.u8(kind);
  if (leaderId !== undefined) writer.varint(leaderId);
  return writer.finish();
}

function readLeader(reader: ByteReader): ServerId | undefined {
  if (reader.remaining === 0) return undefined;
  const leaderId = serverId(reader.varint());
  reader.end();
  return leaderId;
}
