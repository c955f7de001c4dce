import type { JobHelpers, TaskList } from 'graphile-worker'
import { type JobName, type JobPayload, jobCatalogue } from '../queue/catalogue.ts'

/** What runs a job of this name. It may be called twice for one job; its use case is safe for that. */
export type JobHandler<N extends JobName> = (payload: JobPayload<N>, helpers: JobHelpers) => Promise<void>

/** Which file runs which job. */
export const jobHandlers: { [N in JobName]?: JobHandler<N> } = {}

/** The handlers as the queue calls them: each gets a payload that its schema has read. */
export function taskList(handlers: { [N in JobName]?: JobHandler<N> } = jobHandlers): TaskList {
  const names = Object.keys(handlers) as JobName[]
  return Object.fromEntries(names.map((name) => [name, taskOf(name, handlers)]))
}

function taskOf<N extends JobName>(name: N, handlers: { [M in N]?: JobHandler<M> }) {
  return async (payload: unknown, helpers: JobHelpers) => {
    const read = jobCatalogue[name].parse(payload) as JobPayload<N>
    await handlers[name]?.(read, helpers)
  }
}
