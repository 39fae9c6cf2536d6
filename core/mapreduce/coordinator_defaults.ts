/** How a job is run when nobody says otherwise: the numbers of the lab, and what it leaves open. */

import { ms } from "../base/units.ts";
import type { JobOptions } from "./job.ts";

/** Ten partitions, ten seconds of patience, no second attempt before (the lab's rules); four failures of one task end the job. */
export const JOB_OPTIONS_DEFAULT: JobOptions = {
  nReduce: 10,
  taskTimeout: ms(10_000),
  backupAfter: ms(10_000),
  attemptsMax: 4,
  skipBadRecords: false,
};
