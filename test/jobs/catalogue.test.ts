import { parseCronItems } from 'graphile-worker'
import { expect, test } from 'vitest'
import { cronItems } from '../../app/jobs/crontab.ts'
import { jobHandlers } from '../../app/jobs/registry.ts'
import { type JobName, jobCatalogue } from '../../app/queue/catalogue.ts'
import { jobKey } from '../../app/queue/job.ts'

const names = Object.keys(jobCatalogue) as JobName[]

test.each(names)('%s is run by somebody, and told apart by what its payload has', (name) => {
  expect(jobHandlers[name]).toBeTypeOf('function')
  const { payload, by, attempts } = jobCatalogue[name]
  for (const field of by) expect(Object.keys(payload.shape)).toContain(field)
  expect(attempts).toBeGreaterThan(0)
})

test('every time of the clock can be read, has a name of its own, and a payload that its job takes', () => {
  expect(() => parseCronItems(cronItems)).not.toThrow()
  expect(new Set(cronItems.map(({ identifier }) => identifier)).size).toBe(cronItems.length)
  for (const { task, payload } of cronItems) jobCatalogue[task as JobName].payload.parse(payload ?? {})
})

test('jobs that wait in the queue of an older version are of the same keys', () => {
  expect(jobKey('sync-members', jobCatalogue['sync-members'], { shopId: 3 })).toBe('sync-members:3')
  const code = { shopId: 3, redemptionId: 1042 }
  expect(jobKey('issue-reward', jobCatalogue['issue-reward'], code)).toBe('issue-reward:3:1042')
  const order = { shopId: 3, orderId: '820982911946154508' }
  expect(jobKey('read-order', jobCatalogue['read-order'], order)).toBe('read-order:3:820982911946154508')
  const again = { shopId: 3, kind: 'manual' as const, days: 7 }
  expect(jobKey('reconcile-orders', jobCatalogue['reconcile-orders'], again)).toBe('reconcile-orders:3')
})
