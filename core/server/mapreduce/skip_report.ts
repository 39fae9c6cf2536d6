/** The report on the records that were left out because the application failed on them (the paper's §4.6). */

import type { Files } from "../../base/ports.ts";
import type { JobStatus } from "../../mapreduce/coordinator_status.ts";
import { SKIPPED_FILE } from "./output_folder.ts";

/** No more of a record is shown than this. */
const RECORD_BYTES_MAX = 1000;

/** Writes one line of JSON for each record into `folder`; no file if there are none. */
export async function writeSkipReport(
  files: Files,
  folder: string,
  { skippedRecords }: JobStatus,
): Promise<void> {
  if (skippedRecords.length === 0) return;
  const lines: string[] = [];
  for (const { file, start, end } of skippedRecords) {
    const record = await excerpt(files, file, start, end);
    lines.push(`${JSON.stringify({ file, start, end, record })}\n`);
  }
  const writer = await files.create(`${folder}/${SKIPPED_FILE}`);
  await writer.write(new TextEncoder().encode(lines.join("")));
  await writer.close(false);
}

/** The beginning of a record; `null` where the places are not those of the file itself, because it is compressed. */
async function excerpt(
  files: Files,
  file: string,
  start: number,
  end: number,
): Promise<string | null> {
  if (/\.gz$/i.test(file)) return null;
  try {
    const bytes = await files.read(file, start, Math.min(end - start, RECORD_BYTES_MAX));
    return new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
  } catch {
    return null;
  }
}
