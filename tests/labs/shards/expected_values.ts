/** Keys with the values that they must have: what the tests of lab 4B write down as they go. */

import type { Random } from "../../../core/base/ports.ts";
import { randomText } from "../harness/random_text.ts";
import type { LabClerk } from "../services/lab_clerk.ts";

/** See the head of this file. The keys are numbers from 0 on. */
export class ExpectedValues {
  readonly values: string[];
  readonly #random: Random;

  constructor(count: number, random: Random) {
    this.values = new Array(count).fill("");
    this.#random = random;
  }

  /** Gives every key a random value of that length. */
  async putAll(clerk: LabClerk, length: number): Promise<void> {
    for (const key of this.values.keys()) await this.put(clerk, key, this.text(length));
  }

  async put(clerk: LabClerk, key: number, value: string): Promise<void> {
    this.values[key] = value;
    await clerk.put(String(key), value);
  }

  /** Appends a random text of that length. */
  async append(clerk: LabClerk, key: number, length: number): Promise<void> {
    const text = this.text(length);
    await clerk.append(String(key), text);
    this.values[key] += text;
  }

  /** Checks one value. */
  check(clerk: LabClerk, key: number): Promise<void> {
    return clerk.check(String(key), this.values[key]!);
  }

  /** Checks all values. */
  async checkAll(clerk: LabClerk): Promise<void> {
    for (const key of this.values.keys()) await this.check(clerk, key);
  }

  /** Checks all values, and appends to each. */
  async checkAndAppend(clerk: LabClerk, length: number): Promise<void> {
    for (const key of this.values.keys()) {
      await this.check(clerk, key);
      await this.append(clerk, key, length);
    }
  }

  text(length: number): string {
    return randomText(this.#random, length);
  }
}
