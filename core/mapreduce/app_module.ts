/** Turns what a module exports into an application, or says clearly why not. */

import type { MapReduceApp } from "./app.ts";
import { AppError } from "./app_error.ts";

const REQUIRED = ["map", "reduce"] as const;
const OPTIONAL = ["combine", "partition"] as const;
const ONLY_BYTES = ["scan", "reduceLines"] as const;

/**
 * Checks that `module`, the exports of the module called `name`, is an application: `map` and `reduce` and what else
 * {@linkcode TextApp} and {@linkcode ByteApp} have, either exported one by one or together as `default` or `app`.
 *
 * @throws {AppError} If it is none.
 *
 * @example
 * ```ts
 * import { toApp } from "./app_module.ts";
 *
 * const app = toApp("count.ts", {
 *   map: (_file: string, contents: string) => [{ key: "lines", value: String(contents.split("\n").length - 1) }],
 *   reduce: (_key: string, values: Iterable<string>) => String([...values].reduce((sum, n) => sum + Number(n), 0)),
 * });
 * ```
 */
export function toApp(name: string, module: unknown): MapReduceApp {
  if (!isObject(module)) throw new AppError(`${name} exports nothing`);
  const whole = ["default", "app"].map((key) => module[key]).find(isObject);
  const source = "map" in module || "reduce" in module ? module : whole ?? module;
  const app: Record<string, unknown> = {};
  const isBytes = booleanOf(name, source, "bytes");
  for (const key of REQUIRED) {
    app[key] = functionOf(name, source, key) ?? missing(name, source, key);
  }
  for (const key of OPTIONAL) assignFunction(app, name, source, key);
  for (const key of ONLY_BYTES) {
    if (isBytes) assignFunction(app, name, source, key);
    else if (source[key] !== undefined) {
      throw onlyBytes(name, key);
    }
  }
  if (isBytes) app["bytes"] = true;
  if (booleanOf(name, source, "sums")) {
    if (!isBytes) throw onlyBytes(name, "sums");
    app["sums"] = true;
  }
  if (booleanOf(name, source, "wholeFiles")) app["wholeFiles"] = true;
  return app as unknown as MapReduceApp;
}

type Exports = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Exports {
  return typeof value === "object" && value !== null;
}

function assignFunction(
  app: Record<string, unknown>,
  name: string,
  source: Exports,
  key: string,
): void {
  const found = functionOf(name, source, key);
  if (found !== undefined) app[key] = found;
}

function functionOf(name: string, source: Exports, key: string): unknown {
  const value = source[key];
  if (value === undefined) return undefined;
  if (typeof value !== "function") {
    throw new AppError(`${name} exports ${key} as ${kindOf(value)}, where a function is expected`);
  }
  // Methods of an object or a class may speak of `this`.
  return value.bind(source);
}

function booleanOf(name: string, source: Exports, key: string): boolean {
  const value = source[key];
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw new AppError(`${name} exports ${key} as ${kindOf(value)}, where true or false is expected`);
}

function onlyBytes(name: string, key: string): AppError {
  return new AppError(`${name} exports ${key}, which only an application with bytes: true has`);
}

function missing(name: string, source: Exports, key: string): never {
  const others = Object.keys(source);
  const alike = others.find((other) => other.toLowerCase() === key);
  const hint = alike === undefined ? "" : `, but ${alike}: the name is written small`;
  const list = others.length === 0 ? "nothing" : others.join(", ");
  throw new AppError(
    `${name} exports no ${key}${hint}. An application exports map and reduce; it exports ${list}`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
