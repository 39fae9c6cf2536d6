/** The options for mutual TLS, the same for servers and for their clients. Each function makes a new option. */

import { Option } from "@commander-js/extra-typings";
import type { RpcOptions } from "../../core/host/mod.ts";
import { UsageError } from "../errors.ts";

/** `--tls-cert <file>`. */
export function tlsCertOption(): Option<"--tls-cert <file>"> {
  return new Option("--tls-cert <file>", "certificate to show, in PEM form");
}

/** `--tls-key <file>`. */
export function tlsKeyOption(): Option<"--tls-key <file>"> {
  return new Option("--tls-key <file>", "private key of that certificate");
}

/** `--tls-ca <file>`. */
export function tlsCaOption(): Option<"--tls-ca <file>"> {
  return new Option("--tls-ca <file>", "talk only to those who show a certificate of this CA");
}

/** What the command line says. */
export interface TlsFlags {
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly tlsCa?: string | undefined;
}

/** Says whether TLS is wanted. */
export function wantsTls({ tlsCert, tlsKey, tlsCa }: TlsFlags): boolean {
  return tlsCert !== undefined || tlsKey !== undefined || tlsCa !== undefined;
}

/**
 * How to open connections and take them in: nothing if that is plain TCP.
 *
 * @throws {UsageError} If an option is missing, or a file is not what it should be.
 */
export async function tlsSettings(
  flags: TlsFlags,
): Promise<{ readonly streams?: Pick<RpcOptions, "dial" | "listen"> }> {
  if (!wantsTls(flags)) return {};
  const { tlsCert: cert, tlsKey: key, tlsCa: ca } = flags;
  if (cert === undefined || key === undefined || ca === undefined) {
    throw new UsageError("--tls-cert, --tls-key and --tls-ca go together");
  }
  // What few need is loaded when it is needed.
  const [{ readTlsIdentity, TlsFileError }, { tlsStreams }] = await Promise.all([
    import("../../core/host/rpc/tls_identity.ts"),
    import("../../core/host/rpc/tls_streams.ts"),
  ]);
  try {
    return { streams: tlsStreams(readTlsIdentity({ cert, key, ca })) };
  } catch (error) {
    if (error instanceof TlsFileError) throw new UsageError(error.message);
    throw error;
  }
}

/** The options again, for a child process. */
export function tlsArgs({ tlsCert, tlsKey, tlsCa }: TlsFlags): string[] {
  return [
    ...(tlsCert === undefined ? [] : ["--tls-cert", tlsCert]),
    ...(tlsKey === undefined ? [] : ["--tls-key", tlsKey]),
    ...(tlsCa === undefined ? [] : ["--tls-ca", tlsCa]),
  ];
}
