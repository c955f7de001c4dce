import type { CronItem } from 'graphile-worker'

/** What runs by the clock, in UTC. Each item names a job that needs no shop; it finds the shops itself. */
export const cronItems: CronItem[] = [
  { task: 'mature-points', match: '* * * * *' },
  { task: 'lapse-rewards', match: '*/10 * * * *' },
  // Lost deliveries are repaired within the hour.
  { task: 'reconcile-all', match: '17 * * * *' },
  { task: 'tidy-up', match: '41 2 * * *' },
]
