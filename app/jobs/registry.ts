import type { JobHelpers, TaskList } from 'graphile-worker'
import { runBatch } from '../loyalty/bulk/run-batch.ts'
import { checkCode } from '../loyalty/check-code.ts'
import { claimGuestPoints } from '../loyalty/claim-guest-points.ts'
import { compareAllCodes, compareCodes } from '../loyalty/compare-codes.ts'
import { expirePoints } from '../loyalty/expire-points.ts'
import { importOrders } from '../loyalty/import-orders.ts'
import { issueReward } from '../loyalty/issue-reward.ts'
import { lapseRewards } from '../loyalty/lapse-rewards.ts'
import { maturePoints } from '../loyalty/mature-points.ts'
import { moveCodes } from '../loyalty/move-codes.ts'
import { prepareShop } from '../loyalty/prepare-shop.ts'
import { publishProgramFacts } from '../loyalty/publish-program-facts.ts'
import { readWantedLabels } from '../loyalty/read-wanted-labels.ts'
import { reconcileAll } from '../loyalty/reconcile-all.ts'
import { reconcileOrders } from '../loyalty/reconcile-orders.ts'
import { redactAgain } from '../loyalty/redact-again.ts'
import { renewTiers } from '../loyalty/renew-tiers.ts'
import { resumeWork } from '../loyalty/resume-work.ts'
import { retakeUncovered } from '../loyalty/retake-uncovered.ts'
import { auditAll, runAudit } from '../loyalty/run-audit.ts'
import { settleAgain } from '../loyalty/settle-again.ts'
import { readOneOrder } from '../loyalty/settle-from-shopify.ts'
import { syncMembers } from '../loyalty/sync-members.ts'
import { tidyUp } from '../loyalty/tidy-up.ts'
import { warnOfExpiry } from '../loyalty/warn-of-expiry.ts'
import { withdrawReward } from '../loyalty/withdraw-reward.ts'
import { type JobName, type JobPayload, jobCatalogue } from '../queue/catalogue.ts'

/** What runs a job of this name. It may be called twice for one job; its use case is safe for that. */
export type JobHandler<N extends JobName> = (payload: JobPayload<N>, helpers: JobHelpers) => Promise<unknown>

/** Which use case each job calls. */
export const jobHandlers: { [N in JobName]: JobHandler<N> } = {
  'sync-members': ({ shopId }) => syncMembers(shopId, Date.now),
  'issue-reward': (payload, { job }) => issueReward(payload, Date.now(), job.attempts >= job.max_attempts),
  'withdraw-reward': (payload) => withdrawReward(payload, Date.now()),
  'check-code': (payload) => checkCode(payload, Date.now),
  'publish-program-facts': ({ shopId }) => publishProgramFacts(shopId, Date.now),
  'read-order': ({ shopId, orderId }) => readOneOrder(shopId, orderId, Date.now),
  'read-products': ({ shopId }) => readWantedLabels(shopId),
  'claim-guest-points': ({ shopId, customerId }) => claimGuestPoints(shopId, customerId, Date.now()),
  'reconcile-orders': ({ shopId, ...choice }) => reconcileOrders(shopId, Date.now, choice),
  'audit-shop': ({ shopId, kind }) => runAudit(shopId, kind),
  'move-codes': ({ shopId, accountId }) => moveCodes({ shopId, accountId }, Date.now),
  'compare-codes': ({ shopId }) => compareCodes(shopId, Date.now),
  'import-orders': ({ shopId }) => importOrders(shopId, Date.now),
  'run-batch': ({ shopId, batchId }) => runBatch(shopId, batchId, Date.now),
  'settle-again': ({ shopId }) => settleAgain(shopId, Date.now),
  'prepare-shop': ({ shopId }) => prepareShop(shopId),
  'mature-points': () => maturePoints(Date.now()),
  'warn-of-expiry': () => warnOfExpiry(Date.now()),
  'expire-points': () => expirePoints(Date.now()),
  'renew-tiers': ({ shopId }) => renewTiers(Date.now(), { shopId }),
  'lapse-rewards': async () => {
    await lapseRewards(Date.now)
    await retakeUncovered(Date.now())
  },
  'reconcile-all': ({ kind }) => reconcileAll(kind),
  'audit-all': () => auditAll(),
  'compare-all-codes': () => compareAllCodes(),
  'resume-work': () => resumeWork(),
  'tidy-up': async () => {
    await redactAgain()
    await tidyUp()
  },
}

/** The handlers as the queue calls them: each gets a payload that its schema has read. */
export function taskList(handlers: { [N in JobName]?: JobHandler<N> } = jobHandlers): TaskList {
  const names = Object.keys(handlers) as JobName[]
  return Object.fromEntries(names.map((name) => [name, taskOf(name, handlers)]))
}

function taskOf<N extends JobName>(name: N, handlers: { [M in N]?: JobHandler<M> }) {
  return async (payload: unknown, helpers: JobHelpers) => {
    // The clock adds a `_cron` key to its payloads.
    const { _cron: _, ...given } = payload as Record<string, unknown>
    await handlers[name]?.(jobCatalogue[name].payload.parse(given) as JobPayload<N>, helpers)
  }
}
