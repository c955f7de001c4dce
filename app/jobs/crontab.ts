import type { CronItem } from 'graphile-worker'

/**
 * Runs at once when its last time was missed (a worker that was away, a clock that leapt), once however many were; what
 * runs once a night, when that was within the hour.
 */
const oneAtATime = (jobKey: string, everyMinutes = 60) => ({
  jobKey,
  backfillPeriod: (everyMinutes + 5) * 60_000,
})

/** What runs by the clock, in UTC. Each item names a job that needs no shop; it finds the shops itself. */
export const cronItems: CronItem[] = [
  { task: 'mature-points', match: '* * * * *', options: oneAtATime('mature-points', 1) },
  { task: 'lapse-rewards', match: '*/10 * * * *', options: oneAtATime('lapse-rewards', 10) },
  // Every hour, since each shop has its own midnight. Each finds little: a shop is looked through once a local day.
  { task: 'warn-of-expiry', match: '3 * * * *', options: oneAtATime('warn-of-expiry') },
  { task: 'expire-points', match: '8 * * * *', options: oneAtATime('expire-points') },
  { task: 'renew-tiers', match: '12 * * * *', options: oneAtATime('renew-tiers') },
  // Lost deliveries are repaired within the hour.
  { task: 'reconcile-all', match: '17 * * * *', options: oneAtATime('reconcile-all') },
  // What a shop's own clock or a late change slipped past the hourly reading.
  {
    task: 'reconcile-all',
    match: '7 3 * * *',
    identifier: 'reconcile-nightly',
    payload: { kind: 'nightly' },
    options: oneAtATime('reconcile-nightly'),
  },
  // When orders that were missed have been read, so that what they used is known.
  { task: 'compare-all-codes', match: '49 3 * * *', options: oneAtATime('compare-all-codes') },
  { task: 'audit-all', match: '33 3 * * *', options: oneAtATime('audit-all') },
  { task: 'resume-work', match: '*/2 * * * *', options: oneAtATime('resume-work', 2) },
  { task: 'tidy-up', match: '41 2 * * *', options: oneAtATime('tidy-up') },
]
