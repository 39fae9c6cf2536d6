/**
 * How messages travel: one byte for the kind and its flags, then varints. An empty AppendEntries takes about
 * ten bytes. The same bytes go over the simulated network and the real one.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import {
  type EntryKind,
  type LogEntry,
  type LogIndex,
  logIndex,
  serverId,
  type Term,
  term as asTerm,
} from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { AppendEntries, InstallSnapshot, Reply, Request, RequestVote } from "./messages.ts";

const REQUEST_VOTE = 1;
const APPEND_ENTRIES = 2;
const INSTALL_SNAPSHOT = 3;
const TIMEOUT_NOW = 4;
const KIND_MASK = 0x0f;
/** The meaning of the two flag bits belongs to each kind. */
const FLAG_A = 0x10;
const FLAG_B = 0x20;

const writer = new ByteWriter(1024);

/** Encodes a request. The result shares no memory with it. */
export function encodeRequest(message: Request): Uint8Array {
  switch (message.kind) {
    case "RequestVote":
      header(REQUEST_VOTE, message.term, message.preVote, message.leadershipTransfer);
      writer.varint(message.candidateId);
      writer.varint(message.lastLogIndex);
      writer.varint(message.lastLogTerm);
      break;
    case "AppendEntries":
      header(APPEND_ENTRIES, message.term);
      writer.varint(message.leaderId);
      writer.varint(message.prevLogIndex);
      writer.varint(message.prevLogTerm);
      writer.varint(message.leaderCommit);
      writer.varint(message.entries.length);
      for (const entry of message.entries) writeEntry(entry);
      break;
    case "InstallSnapshot":
      header(INSTALL_SNAPSHOT, message.term, message.done);
      writer.varint(message.leaderId);
      writer.varint(message.lastIncludedIndex);
      writer.varint(message.lastIncludedTerm);
      writer.varint(message.offset);
      writer.bytes(message.data);
      break;
    case "TimeoutNow":
      header(TIMEOUT_NOW, message.term);
      writer.varint(message.leaderId);
      break;
  }
  return writer.finish();
}

/**
 * Decodes a request. Byte strings in the result are views into `data`.
 *
 * @throws {DamagedDataError} If `data` is not an encoded request.
 */
export function decodeRequest(data: Uint8Array): Request {
  const reader = new ByteReader(data);
  const head = reader.u8();
  const message = readRequest(reader, head, asTerm(reader.varint()));
  reader.end();
  return message;
}

function readRequest(reader: ByteReader, head: number, term: Term): Request {
  switch (head & KIND_MASK) {
    case REQUEST_VOTE:
      return readRequestVote(reader, head, term);
    case APPEND_ENTRIES:
      return readAppendEntries(reader, term);
    case INSTALL_SNAPSHOT:
      return readInstallSnapshot(reader, head, term);
    case TIMEOUT_NOW:
      return { kind: "TimeoutNow", term, leaderId: serverId(reader.varint()) };
    default:
      throw new DamagedDataError(`No request has the kind ${head}`, 0);
  }
}

/** Encodes a reply. */
export function encodeReply(message: Reply): Uint8Array {
  switch (message.kind) {
    case "RequestVoteReply":
      header(REQUEST_VOTE, message.term, message.voteGranted);
      break;
    case "AppendEntriesReply":
      header(APPEND_ENTRIES, message.term, message.success);
      if (!message.success) {
        writer.varint(message.conflictTerm);
        writer.varint(message.conflictIndex);
      }
      break;
    case "InstallSnapshotReply":
      header(INSTALL_SNAPSHOT, message.term, message.installed);
      writer.varint(message.bytesStored);
      break;
    case "TimeoutNowReply":
      header(TIMEOUT_NOW, message.term);
      break;
  }
  return writer.finish();
}

/**
 * Decodes a reply.
 *
 * @throws {DamagedDataError} If `data` is not an encoded reply.
 */
export function decodeReply(data: Uint8Array): Reply {
  const reader = new ByteReader(data);
  const head = reader.u8();
  const message = readReply(reader, head, asTerm(reader.varint()));
  reader.end();
  return message;
}

function readReply(reader: ByteReader, head: number, term: Term): Reply {
  const flag = (head & FLAG_A) !== 0;
  switch (head & KIND_MASK) {
    case REQUEST_VOTE:
      return { kind: "RequestVoteReply", term, voteGranted: flag };
    case APPEND_ENTRIES:
      return {
        kind: "AppendEntriesReply",
        term,
        success: flag,
        conflictTerm: asTerm(flag ? 0 : reader.varint()),
        conflictIndex: logIndex(flag ? 0 : reader.varint()),
      };
    case INSTALL_SNAPSHOT:
      return { kind: "InstallSnapshotReply", term, installed: flag, bytesStored: reader.varint() };
    case TIMEOUT_NOW:
      return { kind: "TimeoutNowReply", term };
    default:
      throw new DamagedDataError(`No reply has the kind ${head}`, 0);
  }
}

function header(kind: number, term: Term, flagA = false, flagB = false): void {
  // A message that could not be encoded must leave nothing behind for the next one.
  writer.clear();
  writer.u8(kind | (flagA ? FLAG_A : 0) | (flagB ? FLAG_B : 0));
  writer.varint(term);
}

function readRequestVote(reader: ByteReader, head: number, term: Term): RequestVote {
  return {
    kind: "RequestVote",
    term,
    preVote: (head & FLAG_A) !== 0,
    leadershipTransfer: (head & FLAG_B) !== 0,
    candidateId: serverId(reader.varint()),
    lastLogIndex: logIndex(reader.varint()),
    lastLogTerm: asTerm(reader.varint()),
  };
}

function readAppendEntries(reader: ByteReader, term: Term): AppendEntries {
  const leaderId = serverId(reader.varint());
  const prevLogIndex = logIndex(reader.varint());
  const prevLogTerm = asTerm(reader.varint());
  const leaderCommit = logIndex(reader.varint());
  const count = reader.varint();
  const entries: LogEntry[] = [];
  let lastTerm = prevLogTerm;
  for (let i = 1; i <= count; i++) {
    const entry = readEntry(reader, logIndex(prevLogIndex + i));
    if (entry.term < lastTerm || entry.term > term) {
      const bounds = `between ${lastTerm} and ${term}`;
      throw new DamagedDataError(`An entry's term is ${bounds}, not ${entry.term}`, reader.offset);
    }
    lastTerm = entry.term;
    entries.push(entry);
  }
  return {
    kind: "AppendEntries",
    term,
    leaderId,
    prevLogIndex,
    prevLogTerm,
    entries,
    leaderCommit,
  };
}

function readInstallSnapshot(reader: ByteReader, head: number, term: Term): InstallSnapshot {
  return {
    kind: "InstallSnapshot",
    term,
    done: (head & FLAG_A) !== 0,
    leaderId: serverId(reader.varint()),
    lastIncludedIndex: logIndex(reader.varint()),
    lastIncludedTerm: asTerm(reader.varint()),
    offset: reader.varint(),
    data: reader.bytes(),
  };
}

/** The index of an entry follows from its place; its kind is the lowest bit of its term. */
function writeEntry(entry: LogEntry): void {
  writer.varint(entry.term * 2 + (entry.kind === "noOp" ? 1 : 0));
  writer.bytes(entry.command);
}

function readEntry(reader: ByteReader, index: LogIndex): LogEntry {
  const termAndKind = reader.varint();
  const kind: EntryKind = termAndKind % 2 === 1 ? "noOp" : "command";
  return { index, term: asTerm(Math.floor(termAndKind / 2)), kind, command: reader.bytes() };
}
