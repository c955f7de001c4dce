import type { CronItem } from 'graphile-worker'
import { type JobName, jobCatalogue } from '../queue/catalogue.ts'
import type { Clock } from '../queue/job.ts'

/** So much later than the next one was due a missed time is still made up for. */
const GRACE_MINUTES = 5

/** What runs by the clock. One that was missed runs at once (a worker that was away, a clock that leapt), and once. */
export const cronItems: CronItem[] = (Object.keys(jobCatalogue) as JobName[]).flatMap((task) =>
  jobCatalogue[task].clock.map((clock) => cronItem(task, clock)),
)

function cronItem(task: JobName, { at, everyMinutes, name = task, payload }: Clock): CronItem {
  return {
    task,
    match: at,
    identifier: name,
    ...(payload && { payload }),
    options: { jobKey: name, backfillPeriod: (everyMinutes + GRACE_MINUTES) * 60_000 },
  }
}
