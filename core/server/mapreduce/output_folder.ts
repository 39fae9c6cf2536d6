/**
 * The folder of the results before a job begins: whether it may be used, what of an earlier job has to go first, and
 * whether there is an interrupted job to go on with.
 */

import { DamagedDataError } from "../../base/errors.ts";
import type { Files } from "../../base/ports.ts";
import { LockFile } from "../../host/lock_file.ts";
import { JOURNAL_NAME } from "../../mapreduce/coordinator_start.ts";
import { JournalMismatchError, removeJournal } from "../../mapreduce/journal.ts";
import { TEMPORARY_PREFIX } from "../../mapreduce/messages.ts";

/** What the names of results begin with. */
const RESULT_PREFIX = "mr-out-";
/** The name of the mark that the results are complete. */
const SUCCESS_FILE = "_SUCCESS";
/** The name of the report on records that were left out. */
export const SKIPPED_FILE = "_SKIPPED";

const LOCK = ".mr-lock";

/** The folder of the results cannot be used as it is. The message says what to do. */
export class OutputRefusedError extends Error {
  override readonly name = "OutputRefusedError";
}

/** The folder of the results of one job, while its master runs. */
export class OutputFolder {
  readonly path: string;
  readonly #files: Files;
  readonly #lock: LockFile;

  private constructor(files: Files, path: string, lock: LockFile) {
    this.#files = files;
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Takes the folder for one master; it is made if it is not there.
   *
   * @throws {OutputRefusedError} If another master has it.
   */
  static async take(files: Files, path: string): Promise<OutputFolder> {
    // Also makes the folder, and tells early if nothing can be written there.
    const probe = `${path}/${TEMPORARY_PREFIX}probe`;
    await (await files.create(probe)).close(false);
    await files.remove(probe);
    const lock = LockFile.take(`${path}/${LOCK}`);
    if (lock === undefined) {
      throw new OutputRefusedError(`another master is writing its results to ${path}`);
    }
    return new OutputFolder(files, path, lock);
  }

  /**
   * Calls `begin`, which opens the journal: of the job that was interrupted here, if it is this one, or a new one. With
   * `force`, what another job has left goes.
   *
   * @throws {OutputRefusedError} If there are results or a journal of another job, and not `force`.
   */
  async begin<T>(force: boolean, begin: () => Promise<T>): Promise<T> {
    const names = await this.#files.list(this.path);
    if (names.some((name) => name.startsWith(JOURNAL_NAME))) {
      try {
        return await begin();
      } catch (error) {
        const isKnown = error instanceof JournalMismatchError || error instanceof DamagedDataError;
        if (!isKnown) throw error;
        if (!force) throw new OutputRefusedError(`${error.message}; --force begins anew`);
      }
    } else if (!force && names.some(isResult)) {
      throw new OutputRefusedError(
        `${this.path} holds results already: choose another folder with --out, or give --force`,
      );
    }
    await this.#removeJournal();
    await this.#removeAll(isResult);
    return await begin();
  }

  /**
   * Removes the journal of a job that has no results yet, unless it is to be kept, and what attempts have left. The
   * result says whether there is a journal left, and so a job to go on with.
   */
  async tidy(keepJournal: boolean): Promise<boolean> {
    // What a restarted master would commit must stay.
    if (!keepJournal) await this.#removeAll((name) => name.startsWith(TEMPORARY_PREFIX));
    const names = await this.#files.list(this.path);
    if (!keepJournal && !names.some(isResult)) {
      await this.#removeJournal();
      return false;
    }
    return names.some((name) => name.startsWith(JOURNAL_NAME));
  }

  /** Lets other masters have the folder. */
  release(): void {
    this.#lock.release();
  }

  async #removeJournal(): Promise<void> {
    await removeJournal(this.#files, `${this.path}/${JOURNAL_NAME}`);
  }

  async #removeAll(isUnwanted: (name: string) => boolean): Promise<void> {
    for (const name of await this.#files.list(this.path)) {
      if (isUnwanted(name)) await this.#files.remove(`${this.path}/${name}`);
    }
  }
}

function isResult(name: string): boolean {
  return name.startsWith(RESULT_PREFIX) || name === SUCCESS_FILE || name === SKIPPED_FILE;
}
