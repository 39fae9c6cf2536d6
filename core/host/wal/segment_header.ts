/**
 * The beginning of a segment: whose it is, which one, and what the log amounted to when it was begun, so that the
 * segments before it can be dropped. Records begin at the next multiple of 4 bytes.
 */

import { ByteReader, ByteWriter } from "../../base/bytes.ts";
import { type HardState, type ServerId, serverId, term } from "../../base/durable.ts";
import { crcOf } from "./crc.ts";
import { decodeFramed, encodeFrame, readFrame } from "./frame.ts";

/** Whose log it is. Logs of different identities never mix. */
export interface WalIdentity {
  /** The cluster's name or id. */
  readonly cluster: string;
  readonly server: ServerId;
}

/** A snapshot file, as the log refers to it. */
export interface SnapshotRef {
  /** The number in the file's name. */
  readonly number: number;
  readonly lastIncludedIndex: number;
  readonly lastIncludedTerm: number;
  /** The bytes of the state machine's data. */
  readonly length: number;
  /** The CRC-32 of that data. */
  readonly crc: number;
}

/** What a segment says of itself. */
export interface SegmentHeader extends WalIdentity {
  /** Segments count up by one. */
  readonly sequence: number;
  /** Where the records of the segment before it end; 0 if there was none. */
  readonly previousEnd: number;
  /** What the log amounted to when this segment was begun. */
  readonly hardState: HardState | undefined;
  readonly snapshot: SnapshotRef | undefined;
  readonly lastIndex: number;
  /** Behind the records there were zeros when it was begun, and not what the file held in a former use. */
  readonly isFresh: boolean;
}

const MAGIC = "d824-wal";

/** Where records may begin: at multiples of this. */
export const ALIGNMENT = 4;

/** Returns the next place at or behind `offset` where a record may begin. */
export function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

/** Encodes a header, padded so that a record may follow. */
export function encodeHeader(header: SegmentHeader): Uint8Array {
  const frame = encodeFrame(MAGIC, encodeBody(header));
  const bytes = new Uint8Array(align(frame.length));
  bytes.set(frame);
  return bytes;
}

/**
 * Reads the header of the segment `file` in the folder `path`, and says where the records begin.
 *
 * @throws {WalError} If it is damaged, or of a version that is not known here.
 */
export function readHeader(
  path: string,
  file: string,
  data: Uint8Array,
): { readonly header: SegmentHeader; readonly end: number } {
  const frame = readFrame(path, file, data, MAGIC);
  return { header: decodeFramed(path, file, frame, decodeBody), end: align(frame.end) };
}

/**
 * Returns the number that goes into the check of every record of a segment, so that a record of another segment, or of
 * another log, never counts: different for any two segments of one log, because a CRC tells any two numbers apart.
 */
export function segmentSalt({ cluster, server }: WalIdentity, sequence: number): number {
  const writer = new ByteWriter();
  writer.text(cluster);
  writer.varint(server);
  writer.u32(sequence);
  return crcOf(writer.finish());
}

function encodeBody(header: SegmentHeader): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(header.sequence);
  writer.text(header.cluster);
  writer.varint(header.server);
  writer.varint(header.previousEnd);
  writer.varint(header.lastIndex);
  writer.bool(header.isFresh);
  const { hardState, snapshot } = header;
  writer.bool(hardState !== undefined);
  if (hardState) writeHardState(writer, hardState);
  writer.bool(snapshot !== undefined);
  if (snapshot) writeSnapshotRef(writer, snapshot);
  return writer.finish();
}

function decodeBody(reader: ByteReader): SegmentHeader {
  return {
    sequence: reader.varint(),
    cluster: reader.text(),
    server: serverId(reader.varint()),
    previousEnd: reader.varint(),
    lastIndex: reader.varint(),
    isFresh: reader.bool(),
    hardState: reader.bool() ? readHardState(reader) : undefined,
    snapshot: reader.bool() ? readSnapshotRef(reader) : undefined,
  };
}

/** What the functions below write with: the codec's writer, or a {@linkcode RecordWriter}. */
interface Writer {
  varint(value: number): void;
  u32(value: number): void;
}

/** Writes term and vote. */
export function writeHardState(writer: Writer, { currentTerm, votedFor }: HardState): void {
  writer.varint(currentTerm);
  writer.varint(votedFor === undefined ? 0 : votedFor + 1);
}

/** Reads term and vote. */
export function readHardState(reader: ByteReader): HardState {
  const currentTerm = term(reader.varint());
  const vote = reader.varint();
  return { currentTerm, votedFor: vote === 0 ? undefined : serverId(vote - 1) };
}

/** Writes what refers to a snapshot file. */
export function writeSnapshotRef(writer: Writer, ref: SnapshotRef): void {
  writer.varint(ref.number);
  writer.varint(ref.lastIncludedIndex);
  writer.varint(ref.lastIncludedTerm);
  writer.varint(ref.length);
  writer.u32(ref.crc);
}

/** Reads what refers to a snapshot file. */
export function readSnapshotRef(reader: ByteReader): SnapshotRef {
  return {
    number: reader.varint(),
    lastIncludedIndex: reader.varint(),
    lastIncludedTerm: reader.varint(),
    length: reader.varint(),
    crc: reader.u32(),
  };
}
