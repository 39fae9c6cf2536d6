/** What goes wrong around the state of a group (lab 4B): how it follows configurations, and how shards travel. */

import { type Config, NEWEST } from "../../core/shardctrler/mod.ts";
import {
  type CallServer,
  type ConfigSource,
  type Group,
  type ShardkvServerOptions,
  ShardkvStateMachine,
  TRANSFER_SERVICE,
} from "../../core/shardkv/mod.ts";
import { encodePieceReply } from "../../core/shardkv/piece_codec.ts";
import type { Mistake } from "./mistake.ts";

/** Mistakes of a group's servers, above all of their leader. */
export const DRIVER_MISTAKES: readonly Mistake[] = [
  {
    name: "group-never-compacts",
    does: "The servers of a group take no snapshots, however large their logs have grown.",
    breaks: "a snapshot is taken when the log reaches its size (Raft §7; lab 4, maxraftstate)",
    labs: ["4B"],
    shardkv: ({ snapshotBytes: _, ...options }) => options,
  },
  {
    name: "jumps-to-the-newest-configuration",
    does: "A group that is behind takes the newest configuration in place of the next one.",
    breaks: "configurations are taken one at a time, in order (lab 4, §7 P3)",
    labs: ["4B"],
    shardkv: withSurroundings((options) => ({
      configs: asks(options.configs, (num, onConfig) =>
        options.configs.query(
          num === NEWEST ? num : NEWEST,
          (config) => onConfig(config.num > num ? { ...config, num } : config),
        )),
    })),
  },
  {
    name: "steps-outside-the-log",
    does: "A leader takes a new configuration when it hears of it, before its group agrees.",
    breaks: "the step to a configuration is an entry of the log (lab 4, §7 P4)",
    labs: ["4B"],
    shardkv: withSurroundings((options, group) => ({
      configs: asks(options.configs, (num, onConfig) =>
        options.configs.query(num, (config) => {
          group().step(config);
          onConfig(config);
        })),
    })),
  },
  {
    name: "idle-group-stays-behind",
    does: "A group that has no shards does not follow configurations that give it none.",
    breaks: "all groups follow all configurations (lab 4, §15 rule 17)",
    labs: ["4B"],
    shardkv: withSurroundings((options, group) => ({
      configs: asks(options.configs, (num, onConfig) =>
        options.configs.query(num, (config) => {
          const { gid, shards, config: present } = group();
          const isIdle = shards.size === 0 && !config.shards.includes(gid);
          onConfig(isIdle ? present : config);
        })),
    })),
  },
  {
    name: "deletes-what-was-sent",
    does: "A group deletes a shard as soon as it has sent it.",
    breaks: "the previous owner deletes after the new one has committed (lab 4, §7 P11)",
    labs: ["4B"],
    shardkv: withSurroundings(({ callServer }) => ({
      callServer: transfers(callServer, (to, request, onReply) => {
        callServer(to, TRANSFER_SERVICE, request, () => {});
        onReply(encodePieceReply({ kind: "installed" }));
      }),
    })),
  },
  {
    name: "waits-before-it-gives",
    does: "A group hands no shard on while it waits for one itself.",
    breaks: "shards are handed on while others are awaited (lab 4, §7 P8)",
    labs: ["4B"],
    first: "TestMissChange",
    shardkv: withSurroundings(({ callServer }, group) => ({
      callServer: transfers(callServer, (to, request, onReply) => {
        if (group().isSettled) callServer(to, TRANSFER_SERVICE, request, onReply);
      }),
    })),
  },
  {
    name: "gives-to-the-first-server-only",
    does: "A group offers a shard to the first server of the other group and to no other.",
    breaks: "all servers of the other group are tried, for ever (lab 4, §15 rule 25)",
    labs: ["4B"],
    shardkv: withSurroundings(({ callServer }) => ({
      callServer: transfers(callServer, (to, request, onReply) => {
        callServer(to.replace(/-\d+$/, "-0"), TRANSFER_SERVICE, request, onReply);
      }),
    })),
  },
  {
    name: "group-that-left-is-silent",
    does: "A group that has left the configuration does nothing any more.",
    breaks: "a group that has left hands over what it had (lab 4, §15 rule 26)",
    labs: ["4B"],
    shardkv: withSurroundings(({ callServer }, group) => ({
      callServer: transfers(callServer, (to, request, onReply) => {
        const { gid, config } = group();
        if (config.groups.has(gid)) callServer(to, TRANSFER_SERVICE, request, onReply);
      }),
    })),
  },
];

/** A server that hears and says other things; what it knows at present is at hand. */
function withSurroundings(
  change: (
    options: ShardkvServerOptions,
    group: () => Group,
  ) => Partial<Pick<ShardkvServerOptions, "configs" | "callServer">>,
): (options: ShardkvServerOptions) => ShardkvServerOptions {
  return (options) => {
    const machine = new ShardkvStateMachine(options.shardkv);
    return { ...options, makeStateMachine: () => machine, ...change(options, () => machine.group) };
  };
}

function asks(
  configs: ConfigSource,
  query: (num: number, onConfig: (config: Config) => void) => void,
): ConfigSource {
  return { query, stop: () => configs.stop() };
}

/** Changes what becomes of the pieces of shards that a server sends. */
function transfers(
  call: CallServer,
  send: (to: string, request: Uint8Array, onReply: (reply: Uint8Array | undefined) => void) => void,
): CallServer {
  return (to, service, request, onReply) => {
    if (service === TRANSFER_SERVICE) send(to, request, onReply);
    else call(to, service, request, onReply);
  };
}
