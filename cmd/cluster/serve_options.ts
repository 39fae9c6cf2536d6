/** What every command that serves understands beside its own options: logs, TLS, the admin port, open doors. */

import { Option } from "@commander-js/extra-typings";
import type { Address, RpcOptions } from "../../core/host/mod.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../../core/host/log.ts";
import { type AdminSource, CountedLog, serveAdmin } from "../../core/server/admin/mod.ts";
import { address, addressText, isLoopback } from "../address.ts";
import type { CommandEnv } from "../command.ts";
import { UsageError } from "../errors.ts";
import { choiceOption } from "../values.ts";
import { listenFailure } from "./listen_failure.ts";
import { tlsArgs, type TlsFlags, tlsSettings, wantsTls } from "./tls_options.ts";

/** Where the admin port is when no address is given. */
export const ADMIN_DEFAULT: Address = { hostname: "127.0.0.1", port: 8824 };

/** `--log-level <level>`. */
export function logLevelOption(): Option<"--log-level <level>", undefined, undefined, LogLevel> {
  return choiceOption("--log-level <level>", "how much to log (default: info)", LOG_LEVELS);
}

/** `--log-format <format>`. */
export function logFormatOption(): Option<
  "--log-format <format>",
  undefined,
  undefined,
  LogFormat
> {
  return choiceOption("--log-format <format>", "text, or a JSON object a line", LOG_FORMATS);
}

/** `--admin [host:port]`: `true` if no address is given. */
export function serverAdminOption(): Option<
  "--admin [host:port]",
  undefined,
  undefined,
  Address
> {
  return new Option(
    "--admin [host:port]",
    "tell /metrics, /healthz, /readyz and /status over HTTP there (default: 127.0.0.1:8824)",
  ).argParser(address);
}

/** What the command line says. */
export interface ServeFlags extends TlsFlags {
  readonly insecure?: true | undefined;
  readonly admin?: Address | true | undefined;
  readonly logLevel?: LogLevel | undefined;
  readonly logFormat?: LogFormat | undefined;
}

/** What a server takes from it. */
export interface ServeSettings {
  readonly log: CountedLog;
  readonly streams?: Pick<RpcOptions, "dial" | "listen">;
  readonly admin?: Address;
}

/**
 * Makes the settings of one server that listens to its peers at `own`. Beyond this machine that needs TLS, or the
 * user's word that the network is trusted.
 *
 * @throws {UsageError} If that is missing, or files are not what they should be.
 */
export async function serveSettings(
  flags: ServeFlags,
  own: Address,
  env: CommandEnv,
): Promise<ServeSettings> {
  const { insecure = false, logLevel: level = "info", logFormat: format = "text" } = flags;
  const admin = flags.admin === true ? ADMIN_DEFAULT : flags.admin;
  if (!insecure && !isLoopback(own) && !wantsTls(flags)) {
    throw new UsageError(
      `${addressText(own)} can be reached by other machines, and anybody there could read and ` +
        "write the data: give --tls-cert, --tls-key and --tls-ca, or --insecure if the network is trusted",
    );
  }
  if (!insecure && admin !== undefined && !isLoopback(admin)) {
    throw new UsageError(
      `--admin ${
        addressText(admin)
      } can be reached by other machines, and anybody there could see ` +
        "how the server is doing: give --insecure if the network is trusted",
    );
  }
  const { lineLog } = await import("../../core/host/line_log.ts");
  const log = new CountedLog(
    lineLog({ level, format, write: (line) => env.stderr.write(line) }),
  );
  return { log, ...await tlsSettings(flags), ...(admin !== undefined && { admin }) };
}

/** The same options again, for a child process. */
export function serveArgs(flags: ServeFlags, defaultLevel: LogLevel): string[] {
  const { logLevel = defaultLevel, logFormat } = flags;
  return [
    ...["--log-level", logLevel],
    ...(logFormat === undefined ? [] : ["--log-format", logFormat]),
    ...tlsArgs(flags),
  ];
}

/** The admin port of a server, or nothing if none is wanted. To be closed before the server is. */
export function openAdmin(
  { admin, log }: ServeSettings,
  source: AdminSource,
): { readonly address: Address; close(): Promise<void> } | undefined {
  if (admin === undefined) return undefined;
  try {
    const metrics = () => [...source.metrics?.() ?? [], log.metric()];
    const server = serveAdmin(admin, { status: () => source.status(), metrics });
    return {
      address: { hostname: server.hostname, port: server.port },
      close: () => server.close(),
    };
  } catch (error) {
    throw listenFailure(error, `--admin ${addressText(admin)}`, "--admin") ?? error;
  }
}
