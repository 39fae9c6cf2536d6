/** Commands about the connection: who is there, which protocol, good-bye. */

import type { ReplyWriter } from "../../../host/resp/mod.ts";
import type { ClientState } from "../client_state.ts";
import { clientCommand } from "./client.ts";
import { CommandError, type LocalCommand, syntaxError } from "./command.ts";
import { int64, latin1, upperCase } from "./words.ts";

const WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
const NO_PASSWORD = "ERR AUTH <password> called without any password configured for the default " +
  "user. Are you sure your configuration is correct?";
const HELLO_FIRST =
  "NOAUTH HELLO must be called with the client already authenticated, otherwise " +
  "the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select " +
  "the RESP protocol version at the same time";

/** The commands of this file. */
export const CONNECTION_COMMANDS: readonly LocalCommand[] = [
  {
    kind: "local",
    name: "ping",
    arity: -1,
    summary: "Returns the server's liveliness response.",
    run(words, _client, replies) {
      if (words.length > 2) {
        throw new CommandError("ERR wrong number of arguments for 'ping' command");
      }
      if (words.length === 1) replies.status("PONG");
      else replies.bulk(words[1]!);
    },
  },
  {
    kind: "local",
    name: "echo",
    arity: 2,
    summary: "Returns the given string.",
    run: (words, _client, replies) => replies.bulk(words[1]!),
  },
  {
    kind: "local",
    name: "auth",
    arity: -2,
    summary: "Authenticates the connection.",
    forStrangers: true,
    run(words, client, replies) {
      if (words.length > 3) throw syntaxError();
      if (words.length === 2 && client.server.isPassword === undefined) {
        throw new CommandError(NO_PASSWORD);
      }
      const user = words.length === 3 ? words[1]! : undefined;
      authenticate(client, user, words[words.length - 1]!);
      replies.ok();
    },
  },
  {
    kind: "local",
    name: "hello",
    arity: -1,
    summary: "Handshakes with the server.",
    forStrangers: true,
    run: hello,
  },
  {
    kind: "local",
    name: "select",
    arity: 2,
    summary: "Changes the selected database.",
    run(words, _client, replies) {
      if (int64(words[1]!) !== 0n) throw new CommandError("ERR DB index is out of range");
      replies.ok();
    },
  },
  {
    kind: "local",
    name: "quit",
    arity: -1,
    summary: "Closes the connection.",
    forStrangers: true,
    run(_words, client, replies) {
      replies.ok();
      client.connection.end();
    },
  },
  clientCommand,
];

/** Only the user `default` exists. Where there is no password, any will do for it. */
function authenticate(client: ClientState, user: Uint8Array | undefined, guess: Uint8Array): void {
  const { isPassword } = client.server;
  const isRight = isPassword === undefined || isPassword(guess);
  if (!isRight || user !== undefined && latin1(user) !== "default") {
    throw new CommandError(WRONG_PASSWORD);
  }
  client.connection.isTrusted = true;
}

function hello(words: readonly Uint8Array[], client: ClientState, replies: ReplyWriter): void {
  const version = words.length === 1 ? client.version : wantedVersion(words[1]!);
  let clientName = client.clientName;
  for (let i = 2; i < words.length;) {
    const option = upperCase(words[i]!);
    if (option === "AUTH" && i + 2 < words.length) {
      authenticate(client, words[i + 1]!, words[i + 2]!);
      i += 3;
    } else if (option === "SETNAME" && i + 1 < words.length) {
      clientName = latin1(words[i + 1]!);
      i += 2;
    } else {
      throw new CommandError(`ERR Syntax error in HELLO option '${latin1(words[i]!)}'`);
    }
  }
  if (!client.connection.isTrusted) throw new CommandError(HELLO_FIRST);
  client.version = version;
  client.clientName = clientName;
  replies.version = version;
  writeGreeting(client, replies);
}

function wantedVersion(word: Uint8Array): 2 | 3 {
  const text = latin1(word);
  if (!/^-?\d{1,18}$/.test(text)) {
    throw new CommandError("ERR Protocol version is not an integer or out of range");
  }
  if (text !== "2" && text !== "3") throw new CommandError("NOPROTO unsupported protocol version");
  return text === "2" ? 2 : 3;
}

function writeGreeting({ version, connection, server }: ClientState, replies: ReplyWriter): void {
  const about = server.info().get("server") ?? {};
  const fields: Readonly<Record<string, string | number>> = {
    server: "redis",
    version: about["redis_version"] ?? "",
    proto: version,
    id: connection.id,
    mode: "standalone",
    role: "master",
  };
  replies.map(Object.keys(fields).length + 1);
  for (const [name, value] of Object.entries(fields)) {
    replies.text(name);
    if (typeof value === "number") replies.integer(value);
    else replies.text(value);
  }
  replies.text("modules");
  replies.array(0);
}
