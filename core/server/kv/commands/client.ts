/** `CLIENT`: what client libraries ask and say of themselves. */

import type { RespClient } from "../../../host/resp/mod.ts";
import type { ClientState } from "../client_state.ts";
import { CommandError, type LocalCommand } from "./command.ts";
import { latin1, upperCase } from "./words.ts";

/** `CLIENT ID|GETNAME|SETNAME|SETINFO|INFO|LIST|NO-EVICT|NO-TOUCH`. */
export const clientCommand: LocalCommand = {
  kind: "local",
  name: "client",
  arity: -2,
  summary: "A container for client connection commands.",
  run(words, client, replies) {
    const subcommand = upperCase(words[1]!);
    const argument = words[2];
    switch (`${subcommand} ${words.length}`) {
      case "ID 2":
        return replies.integer(client.connection.id);
      case "GETNAME 2":
        return client.clientName === "" ? replies.null() : replies.text(client.clientName);
      case "SETNAME 3":
        client.clientName = checkedName(argument!);
        return replies.ok();
      case "INFO 2":
        return replies.text(`${describe(client, client.server.now())}\n`);
      case "LIST 2":
        return replies.text(
          Array.from(client.server.clients(), (each) => `${describe(each, client.server.now())}\n`)
            .join(""),
        );
      case "SETINFO 4":
      case "NO-EVICT 3":
      case "NO-TOUCH 3":
        return replies.ok();
      default:
        throw new CommandError(
          `ERR unknown subcommand or wrong number of arguments for '${
            latin1(words[1]!)
          }'. Try CLIENT HELP.`,
        );
    }
  },
};

/** Names must fit into one line of a list. */
function checkedName(word: Uint8Array): string {
  const name = latin1(word);
  if (/^[!-~]*$/.test(name)) return name;
  throw new CommandError(
    "ERR Client names cannot contain spaces, newlines or special characters.",
  );
}

function describe(
  { connection, clientName }: Pick<ClientState, "clientName"> & { readonly connection: RespClient },
  now: number,
): string {
  const age = Math.floor((now - connection.openedAt) / 1000);
  const idle = Math.floor((now - connection.activeAt) / 1000);
  return `id=${connection.id} addr=${connection.peer} name=${clientName} age=${age} idle=${idle} ` +
    "flags=N db=0";
}
