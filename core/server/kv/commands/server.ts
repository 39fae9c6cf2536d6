/** Commands about the server: `INFO`, `CONFIG GET`, `COMMAND`. */

import type { ReplyWriter } from "../../../host/resp/mod.ts";
import type { ClientState } from "../client_state.ts";
import { globMatcher } from "../glob.ts";
import type { InfoFields } from "../server_facts.ts";
import { CommandError, type LocalCommand, type RedisCommand } from "./command.ts";
import { latin1, upperCase } from "./words.ts";

/** The commands of this file; `COMMAND` tells about all that `commands` returns. */
export function serverCommands(commands: () => readonly RedisCommand[]): readonly LocalCommand[] {
  return [
    {
      kind: "local",
      name: "info",
      arity: -1,
      summary: "Returns information and statistics about the server.",
      run: info,
    },
    {
      kind: "local",
      name: "config",
      arity: -2,
      summary: "A container for server configuration commands.",
      run: config,
    },
    {
      kind: "local",
      name: "command",
      arity: -1,
      summary: "Returns detailed information about all commands.",
      run: (words, _client, replies) => tellCommands(words, commands(), replies),
    },
  ];
}

const ALL_SECTIONS = ["default", "all", "everything"];

function info(words: readonly Uint8Array[], client: ClientState, replies: ReplyWriter): void {
  const sections = client.server.info();
  const wanted = words.slice(1).map((word) => latin1(word).toLowerCase());
  const all = wanted.length === 0 || wanted.some((name) => ALL_SECTIONS.includes(name));
  const names = [...sections.keys()].filter((name) => all || wanted.includes(name));
  replies.text(names.map((name) => sectionText(name, sections.get(name)!)).join("\r\n"));
}

function sectionText(name: string, fields: InfoFields): string {
  const lines = Object.entries(fields).map(([field, value]) => `${field}:${value}\r\n`);
  return `# ${name[0]!.toUpperCase()}${name.slice(1)}\r\n${lines.join("")}`;
}

function config(words: readonly Uint8Array[], client: ClientState, replies: ReplyWriter): void {
  if (upperCase(words[1]!) !== "GET" || words.length < 3) {
    throw unknownSubcommand("CONFIG", words[1]!);
  }
  const patterns = words.slice(2).map((word) => globMatcher(lowerCase(word)));
  const encoder = new TextEncoder();
  const shown = [...client.server.settings].filter(([name]) => {
    const bytes = encoder.encode(name);
    return patterns.some((matches) => matches(bytes));
  });
  replies.map(shown.length);
  for (const [name, value] of shown) {
    replies.text(name);
    replies.text(value);
  }
}

function lowerCase(word: Uint8Array): Uint8Array {
  return word.map((byte) => byte >= 65 && byte <= 90 ? byte + 32 : byte);
}

function tellCommands(
  words: readonly Uint8Array[],
  commands: readonly RedisCommand[],
  replies: ReplyWriter,
): void {
  if (words.length === 1) return describeAll(commands, replies);
  const wanted = words.slice(2).map((word) => latin1(word).toLowerCase());
  const find = (name: string) => commands.find((command) => command.name === name);
  switch (upperCase(words[1]!)) {
    case "COUNT":
      return replies.integer(commands.length);
    case "LIST":
      replies.array(commands.length);
      for (const { name } of commands) replies.text(name);
      return;
    case "INFO":
      if (wanted.length === 0) return describeAll(commands, replies);
      replies.array(wanted.length);
      for (const command of wanted.map(find)) {
        if (command === undefined) replies.null();
        else describe(command, replies);
      }
      return;
    case "DOCS":
      return document(
        wanted.length === 0 ? commands : wanted.map(find).filter((each) => each !== undefined),
        replies,
      );
    default:
      throw unknownSubcommand("COMMAND", words[1]!);
  }
}

function describeAll(commands: readonly RedisCommand[], replies: ReplyWriter): void {
  replies.array(commands.length);
  for (const command of commands) describe(command, replies);
}

/** Name, arity, flags, places of keys; then what Redis 7 adds: categories, tips, key specifications, subcommands. */
function describe(command: RedisCommand, replies: ReplyWriter): void {
  const flags = flagsOf(command);
  replies.array(10);
  replies.text(command.name);
  replies.integer(command.arity);
  replies.array(flags.length);
  for (const flag of flags) replies.status(flag);
  for (const place of command.keys ?? [0, 0, 0]) replies.integer(place);
  for (let i = 0; i < 4; i++) replies.array(0);
}

function flagsOf(command: RedisCommand): readonly string[] {
  if (command.kind === "data") return command.writes ? ["write", "denyoom"] : ["readonly"];
  return command.forStrangers ? ["fast", "no_auth"] : ["fast"];
}

function document(commands: readonly RedisCommand[], replies: ReplyWriter): void {
  replies.map(commands.length);
  for (const { name, summary } of commands) {
    replies.text(name);
    replies.map(1);
    replies.text("summary");
    replies.text(summary);
  }
}

function unknownSubcommand(command: string, word: Uint8Array): CommandError {
  return new CommandError(`ERR unknown subcommand '${latin1(word)}'. Try ${command} HELP.`);
}
