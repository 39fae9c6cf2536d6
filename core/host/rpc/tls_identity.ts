/** Who this process is to its peers, and whom it believes: a certificate, its key, and the CA of the cluster. */

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** The texts of three PEM files. */
export interface TlsIdentity {
  /** The certificate, and behind it those between it and the CA, if there are any. */
  readonly cert: string;
  readonly key: string;
  /** Whoever shows a certificate of this CA belongs to the cluster; nobody else does. */
  readonly ca: string;
}

/** The three files do not make an identity; the message says which of them, and why. */
export class TlsFileError extends Error {
  override readonly name = "TlsFileError";
}

/**
 * Reads an identity from files, whose paths are given in its place.
 *
 * @throws {TlsFileError} If a file cannot be read, is not what it should be, or does not fit the others.
 */
export function readTlsIdentity(paths: TlsIdentity, now: number = Date.now()): TlsIdentity {
  const identity = { cert: read(paths.cert), key: read(paths.key), ca: read(paths.ca) };
  const chain = certificates(identity.cert, paths.cert);
  const roots = certificates(identity.ca, paths.ca);
  if (!chain[0]!.checkPrivateKey(privateKey(identity.key, paths.key))) {
    throw new TlsFileError(`${paths.key} is not the key of the certificate ${paths.cert}`);
  }
  if (Date.parse(chain[0]!.validTo) < now) {
    throw new TlsFileError(`The certificate ${paths.cert} has expired on ${chain[0]!.validTo}`);
  }
  if (!roots.some((root) => chain.at(-1)!.checkIssued(root))) {
    throw new TlsFileError(`The certificate ${paths.cert} is not of the CA ${paths.ca}`);
  }
  return identity;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw new TlsFileError(`There is no file ${path}`);
    throw new TlsFileError(`Cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function certificates(text: string, path: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new TlsFileError(`${path} holds a damaged certificate`, { cause });
  }
  throw new TlsFileError(`${path} holds no certificate in PEM form`);
}

function privateKey(text: string, path: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new TlsFileError(`${path} holds no private key in PEM form without a passphrase`, {
      cause,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
