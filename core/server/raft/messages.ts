/** What clients of a bare replicated log and its servers say to each other. */

import {
  ByteReader,
  ByteWriter,
  DamagedDataError,
  type LogEntry,
  type LogIndex,
  logIndex,
  type ServerId,
  serverId,
  type Term,
  term,
} from "../../base/mod.ts";
import type { NodeStatus } from "../node/mod.ts";

/** The service under which servers answer clients. */
export const RAFT_CLIENT_SERVICE = "RaftClient";

/** What a client asks of one server. */
export type RaftClientRequest =
  /** Put this into the log. */
  | { readonly kind: "propose"; readonly command: Uint8Array }
  | { readonly kind: "status" }
  /** Up to `count` entries of this server's log from index `from` on; fewer if they are large or not there. */
  | { readonly kind: "log"; readonly from: LogIndex; readonly count: number }
  /** Hand leadership to `to`, or to the most advanced follower. */
  | { readonly kind: "transfer"; readonly to: ServerId | undefined };

/** What it is answered. */
export type RaftClientReply =
  /** The command is committed, and applied by this server: the `number`-th of all commands. */
  | {
    readonly kind: "committed";
    readonly index: LogIndex;
    readonly term: Term;
    readonly number: number;
  }
  /** Certainly not done. `leaderId` is a guess of who could. */
  | { readonly kind: "notLeader"; readonly leaderId: ServerId | undefined }
  /** The command may be committed, or may yet be. */
  | { readonly kind: "unknown"; readonly leaderId: ServerId | undefined }
  | { readonly kind: "status"; readonly status: RaftServerStatus }
  | { readonly kind: "log"; readonly part: LogPart }
  /** Another server leads. */
  | { readonly kind: "transferred"; readonly leaderId: ServerId }
  /** Not done, for this reason. */
  | { readonly kind: "refused"; readonly reason: string };

/** How a server of a bare replicated log is doing. JSON-safe. */
export interface RaftServerStatus extends NodeStatus {
  /** How many commands it has applied since the beginning of the log, and their fingerprint. */
  readonly commands: number;
  readonly fingerprint: string;
  /** Proposals that wait for their outcome. */
  readonly waiting: number;
}

/** A part of a server's log. */
export interface LogPart {
  /** The first entry that is not compacted, and the last one. */
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly commitIndex: LogIndex;
  /** Consecutive. */
  readonly entries: readonly LogEntry[];
}

const ENTRY_KINDS = ["command", "noOp"] as const;

/** Encodes a request. */
export function encodeRaftRequest(request: RaftClientRequest): Uint8Array {
  const writer = new ByteWriter();
  switch (request.kind) {
    case "propose":
      writer.u8(1);
      writer.raw(request.command);
      break;
    case "status":
      writer.u8(2);
      break;
    case "log":
      writer.u8(3);
      writer.varint(request.from);
      writer.varint(request.count);
      break;
    case "transfer":
      writer.u8(4);
      writeOptional(writer, request.to);
  }
  return writer.finish();
}

/**
 * Decodes a request. A command is a view into `bytes`.
 *
 * @throws {DamagedDataError} If `bytes` is no request.
 */
export function decodeRaftRequest(bytes: Uint8Array): RaftClientRequest {
  const reader = new ByteReader(bytes);
  const request = readRequest(reader);
  reader.end();
  return request;
}

function readRequest(reader: ByteReader): RaftClientRequest {
  const kind = reader.u8();
  switch (kind) {
    case 1:
      return { kind: "propose", command: reader.raw(reader.remaining) };
    case 2:
      return { kind: "status" };
    case 3:
      return { kind: "log", from: logIndex(reader.varint()), count: reader.varint() };
    case 4:
      return { kind: "transfer", to: readOptional(reader) };
    default:
      throw new DamagedDataError(`No client sends a request of kind ${kind}`, 0);
  }
}

/** Encodes a reply. */
export function encodeRaftReply(reply: RaftClientReply): Uint8Array {
  const writer = new ByteWriter();
  switch (reply.kind) {
    case "committed":
      writer.u8(1);
      writer.varint(reply.index);
      writer.varint(reply.term);
      writer.varint(reply.number);
      break;
    case "notLeader":
      writer.u8(2);
      writeOptional(writer, reply.leaderId);
      break;
    case "unknown":
      writer.u8(3);
      writeOptional(writer, reply.leaderId);
      break;
    case "status":
      writer.u8(4);
      writer.text(JSON.stringify(reply.status));
      break;
    case "log":
      writer.u8(5);
      writePart(writer, reply.part);
      break;
    case "transferred":
      writer.u8(6);
      writer.varint(reply.leaderId);
      break;
    case "refused":
      writer.u8(7);
      writer.text(reply.reason);
  }
  return writer.finish();
}

/**
 * Decodes a reply.
 *
 * @throws {DamagedDataError} If `bytes` is none.
 */
export function decodeRaftReply(bytes: Uint8Array): RaftClientReply {
  const reader = new ByteReader(bytes);
  const reply = readReply(reader);
  reader.end();
  return reply;
}

function readReply(reader: ByteReader): RaftClientReply {
  const kind = reader.u8();
  switch (kind) {
    case 1:
      return {
        kind: "committed",
        index: logIndex(reader.varint()),
        term: term(reader.varint()),
        number: reader.varint(),
      };
    case 2:
      return { kind: "notLeader", leaderId: readOptional(reader) };
    case 3:
      return { kind: "unknown", leaderId: readOptional(reader) };
    case 4:
      return { kind: "status", status: readStatus(reader) };
    case 5:
      return { kind: "log", part: readPart(reader) };
    case 6:
      return { kind: "transferred", leaderId: serverId(reader.varint()) };
    case 7:
      return { kind: "refused", reason: reader.text() };
    default:
      throw new DamagedDataError(`No server sends a reply of kind ${kind}`, 0);
  }
}

function readStatus(reader: ByteReader): RaftServerStatus {
  const text = reader.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new DamagedDataError("A status must be JSON", reader.offset);
  }
}

function writePart(writer: ByteWriter, part: LogPart): void {
  writer.varint(part.firstIndex);
  writer.varint(part.lastIndex);
  writer.varint(part.commitIndex);
  writer.varint(part.entries.length);
  for (const { index, term, kind, command } of part.entries) {
    writer.varint(index);
    writer.varint(term);
    writer.u8(ENTRY_KINDS.indexOf(kind));
    writer.bytes(command);
  }
}

function readPart(reader: ByteReader): LogPart {
  const firstIndex = logIndex(reader.varint());
  const lastIndex = logIndex(reader.varint());
  const commitIndex = logIndex(reader.varint());
  const entries: LogEntry[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const index = logIndex(reader.varint());
    const entryTerm = term(reader.varint());
    const kind = ENTRY_KINDS[reader.u8()];
    if (kind === undefined) throw new DamagedDataError("No such kind of entry", reader.offset);
    entries.push({ index, term: entryTerm, kind, command: reader.bytes() });
  }
  return { firstIndex, lastIndex, commitIndex, entries };
}

/** 0 stands for "none". */
function writeOptional(writer: ByteWriter, id: ServerId | undefined): void {
  writer.varint(id === undefined ? 0 : id + 1);
}

function readOptional(reader: ByteReader): ServerId | undefined {
  const value = reader.varint();
  return value === 0 ? undefined : serverId(value - 1);
}
