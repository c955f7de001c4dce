import type { JobHelpers, TaskList } from 'graphile-worker'
import { auditAll, runAudit } from '../loyalty/audit/run-audit.ts'
import { checkCode } from '../loyalty/codes/check-code.ts'
import { compareAllCodes, compareCodes } from '../loyalty/codes/compare-codes.ts'
import { lapseRewards } from '../loyalty/codes/lapse-rewards.ts'
import { moveCodes } from '../loyalty/codes/move-codes.ts'
import { expirePoints } from '../loyalty/expiry/expire-points.ts'
import { warnOfExpiry } from '../loyalty/expiry/warn-of-expiry.ts'
import { runBatch } from '../loyalty/imports/run-batch.ts'
import { readWantedLabels } from '../loyalty/labels/read-wanted-labels.ts'
import { claimGuestPoints } from '../loyalty/members/claim-guest-points.ts'
import { importOrders } from '../loyalty/reconciliation/import-orders.ts'
import { reconcileAll } from '../loyalty/reconciliation/reconcile-all.ts'
import { reconcileOrders } from '../loyalty/reconciliation/reconcile-orders.ts'
import { readOneOrder } from '../loyalty/reconciliation/settle-from-shopify.ts'
import { issueReward } from '../loyalty/rewards/issue-reward.ts'
import { withdrawReward } from '../loyalty/rewards/withdraw-reward.ts'
import { maturePoints } from '../loyalty/settlement/mature-points.ts'
import { retakeUncovered } from '../loyalty/settlement/retake-uncovered.ts'
import { settleAgain } from '../loyalty/settlement/settle-again.ts'
import { prepareShop } from '../loyalty/shop/prepare-shop.ts'
import { publishProgramFacts } from '../loyalty/surfaces/publish-program-facts.ts'
import { syncMembers } from '../loyalty/surfaces/sync-members.ts'
import { renewTiers } from '../loyalty/tiers/renew-tiers.ts'
import { redactAgain } from '../loyalty/upkeep/redact-again.ts'
import { resumeWork } from '../loyalty/upkeep/resume-work.ts'
import { tidyUp } from '../loyalty/upkeep/tidy-up.ts'
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
