import assert from "node:assert/strict";
import { ServiceTable } from "./service_table.ts";

Deno.test("ServiceTable finds the handler by the bytes of its name", () => {
  const table = new ServiceTable();
  const first = () => {};
  const second = () => {};
  table.set("Raft", first);
  table.set("Räft", second);
  const message = new TextEncoder().encode("..RaftRäft");
  assert.equal(table.find(message, 2, 4), first);
  assert.equal(table.find(message, 6, 5), second);
  assert.equal(table.find(message, 2, 3), undefined);
  assert.equal(table.find(message, 0, 0), undefined);
});

Deno.test("ServiceTable.set() replaces the handler of a service", () => {
  const table = new ServiceTable();
  const newer = () => {};
  table.set("A", () => {});
  table.set("A", newer);
  assert.equal(table.find(new TextEncoder().encode("A"), 0, 1), newer);
  assert.throws(() => table.set("x".repeat(256), newer), RangeError);
});
