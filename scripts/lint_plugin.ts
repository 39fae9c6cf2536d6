/**
 * The project's own lint rules. What lies in `core/` outside `core/host` must behave the same in every run
 * of a seed: it sees time, chance and the world only through the ports of `core/base`. Tests are free.
 */

/** Globals through which ambient time, chance, timers or the outside would come in. */
const FORBIDDEN_GLOBALS: ReadonlyMap<string, string> = new Map([
  ["Date", "time comes from a Clock"],
  ["performance", "time comes from a Clock"],
  ["Temporal", "time comes from a Clock"],
  ["setTimeout", "timers come from a Clock"],
  ["setInterval", "timers come from a Clock"],
  ["setImmediate", "timers come from a Clock"],
  ["queueMicrotask", "the order of events is the scheduler's"],
  ["Deno", "the outside is the business of core/host"],
  ["process", "the outside is the business of core/host"],
  ["fetch", "the outside is the business of core/host"],
  ["WebSocket", "the outside is the business of core/host"],
  ["console", "events go to a Trace"],
  ["crypto", "chance comes from a Random"],
  ["globalThis", "a global by another name is the same global"],
  ["self", "a global by another name is the same global"],
]);

/** Members that are chance or timers, of objects that are otherwise harmless. */
const FORBIDDEN_MEMBERS: ReadonlyMap<string, string> = new Map([
  ["Math.random", "chance comes from a Random"],
  ["AbortSignal.timeout", "timers come from a Clock"],
  ["Atomics.wait", "nothing here may wait"],
]);

/** Parts of Node that compute and do nothing else. */
const PURE_NODE_MODULES: readonly string[] = [
  "node:assert",
  "node:assert/strict",
  "node:buffer",
  "node:path",
  "node:util",
  "node:zlib",
];

/** Whether the rules of the deterministic part hold for a file. */
function isPure(path: string): boolean {
  return /\/core\/(?!host\/)/.test(path) && !isTest(path);
}

function isTest(path: string): boolean {
  return path.endsWith("_test.ts");
}

const noAmbient: Deno.lint.Rule = {
  create(context) {
    if (!isPure(context.filename)) return {};
    return {
      Identifier(node) {
        const why = FORBIDDEN_GLOBALS.get(node.name);
        if (why === undefined || isOnlyAName(node)) return;
        context.report({ node, message: `${node.name} must not be used here: ${why}` });
      },
      MemberExpression(node) {
        if (node.object.type !== "Identifier") return;
        const member = memberName(node);
        const why = FORBIDDEN_MEMBERS.get(`${node.object.name}.${member}`);
        if (why === undefined) return;
        context.report({
          node,
          message: `${node.object.name}.${member} must not be used here: ${why}`,
        });
      },
      ImportDeclaration(node) {
        reportImport(context, node.source, node.source.value);
      },
      ExportNamedDeclaration(node) {
        if (node.source !== null) reportImport(context, node.source, node.source.value);
      },
      ExportAllDeclaration(node) {
        reportImport(context, node.source, node.source.value);
      },
      ImportExpression(node) {
        context.report({ node, message: "import() must not be used here: it is I/O" });
      },
    };
  },
};

const noAsyncInRaft: Deno.lint.Rule = {
  create(context) {
    if (!/\/core\/raft\//.test(context.filename) || isTest(context.filename)) return {};
    const message = "core/raft is synchronous: every effect is part of its output";
    const reportAsync = (node: Deno.lint.Node & { readonly async: boolean }) => {
      if (node.async) context.report({ node, message });
    };
    return {
      FunctionDeclaration: reportAsync,
      FunctionExpression: reportAsync,
      ArrowFunctionExpression: reportAsync,
      AwaitExpression: (node) => context.report({ node, message }),
      Identifier(node) {
        if (node.name === "Promise" && !isOnlyAName(node)) context.report({ node, message });
      },
    };
  },
};

const onlyMainExits: Deno.lint.Rule = {
  create(context) {
    if (/\/main\.ts$/.test(context.filename)) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || memberName(node) !== "exit") return;
        if (!["Deno", "process"].includes(node.object.name)) return;
        context.report({ node, message: "Only main.ts ends the process: return an exit code" });
      },
    };
  },
};

function reportImport(context: Deno.lint.RuleContext, node: Deno.lint.Node, source: string): void {
  if (!source.startsWith("node:") || PURE_NODE_MODULES.includes(source)) return;
  context.report({ node, message: `${source} must not be imported here: it reaches outside` });
}

function memberName(node: Deno.lint.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  const { property } = node;
  return property.type === "Literal" && typeof property.value === "string"
    ? property.value
    : undefined;
}

/** Whether an identifier is the name of a member, a key or a field, and so is no use of a global. */
function isOnlyAName(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as unknown as NamingNode;
  if (parent.computed || parent.shorthand) return false;
  const isSame = (other: { readonly range: Deno.lint.Range } | undefined) =>
    other?.range[0] === node.range[0];
  switch (parent.type) {
    case "MemberExpression":
      return isSame(parent.property);
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSAbstractMethodDefinition":
      return isSame(parent.key);
    default:
      return false;
  }
}

/** The parts of the nodes that give names to things, where they have them. */
interface NamingNode {
  readonly type: string;
  readonly computed?: boolean;
  readonly shorthand?: boolean;
  readonly key?: { readonly range: Deno.lint.Range };
  readonly property?: { readonly range: Deno.lint.Range };
}

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "no-ambient": noAmbient,
    "no-async-in-raft": noAsyncInRaft,
    "only-main-exits": onlyMainExits,
  },
};

export default plugin;
