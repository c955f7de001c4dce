import type { CronItem } from 'graphile-worker'

/** What runs by the clock, in UTC. Each item names a job that needs no shop; it finds the shops itself. */
export const cronItems: CronItem[] = []
