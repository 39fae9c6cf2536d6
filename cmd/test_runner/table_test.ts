import assert from "node:assert/strict";
import { grouped, tableText } from "./table.ts";

Deno.test("tableText() aligns columns and leaves no blanks at the ends of lines", () => {
  const rows = [["test", "passed", "note"], ["TestX", "50"], ["±", "7", "marked"]];
  assert.equal(
    tableText(rows, ["left", "right", "left"]),
    "test   passed  note\n" +
      "TestX      50\n" +
      "±           7  marked\n",
  );
});

Deno.test("grouped() puts commas between thousands and rounds", () => {
  assert.deepEqual([0, 999, 1000, 1234567.8].map(grouped), ["0", "999", "1,000", "1,234,568"]);
});
