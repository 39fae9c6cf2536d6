/**
 * What every layer shares: units, identifiers, errors, random streams, the byte codec, and the ports
 * through which a protocol sees the world.
 *
 * @module
 */

export { ByteReader, ByteWriter, equalBytes, latin1Of, NO_BYTES } from "./bytes.ts";
export * from "./disk.ts";
export * from "./durable.ts";
export * from "./errors.ts";
export * from "./ports.ts";
export { type ChoiceSink, parseSeed, SeededRandom, type SeededRandomOptions } from "./random.ts";
export * from "./units.ts";
