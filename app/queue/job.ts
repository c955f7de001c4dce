import type { z } from 'zod'

/** What the queue must know of a job. */
export interface Job<Payload extends z.ZodType> {
  payload: Payload
  /**
   * Which of the payload's fields tell one job from another: those that have not begun and agree in them become one,
   * the last one told.
   */
  by: readonly string[]
  /** So often it is tried, with growing waits; 25 times take three days. */
  attempts: number
  clock: readonly Clock[]
}

/** When a job runs by itself, in UTC; it finds its shops. */
export interface Clock {
  /** As cron has it. */
  at: string
  /** So many minutes lie between two times: one that was missed is made up for, once. */
  everyMinutes: number
  /** Of a second clock of the same job. */
  name?: string
  payload?: Record<string, unknown>
}

const ATTEMPTS = 25

export const job = <Payload extends z.ZodType>(
  payload: Payload,
  { by = [], attempts = ATTEMPTS, clock = [] }: Partial<Omit<Job<Payload>, 'payload'>> = {},
): Job<Payload> => ({ payload, by, attempts, clock })

/** "issue-reward:3:1042" */
export const jobKey = (name: string, { by }: Pick<Job<never>, 'by'>, payload: Record<string, unknown>) =>
  [name, ...by.map((field) => payload[field])].join(':')
