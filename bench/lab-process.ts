import { openLab } from './batch-lab.ts'
import { fillPast } from './past.ts'

/**
 * A lab in a process of its own, so that several databases can be measured in the same rounds. Answers
 * `{open: options, ledgerRows}`, `{settle: events}` (events a second), `{audit: shopId}` (what is wrong), `{close: true}`.
 */
let lab: Awaited<ReturnType<typeof openLab>> | undefined

interface Question {
  open?: { shops: number; customers: number }
  ledgerRows?: number
  settle?: number
  audit?: number
  close?: boolean
}

process.on('message', async (question: Question) => {
  process.send?.(await answer(question))
})

async function answer(question: Question): Promise<unknown> {
  if (question.open) {
    lab = await openLab(question.open)
    if (question.ledgerRows) await fillPast(lab.owner, question.ledgerRows)
    return true
  }
  if (question.settle) return lab?.settle(question.settle)
  if (question.audit) return auditShop(question.audit)
  await lab?.close()
  return true
}

/** What the audit finds wrong with a shop's book, as words. */
async function auditShop(shopId: number): Promise<string[]> {
  const { withShop } = await import('../app/db/db.server.ts')
  const { auditLedger } = await import('../app/loyalty/audit/audit-ledger.ts')
  const findings = await withShop(shopId, auditLedger)
  return findings.filter(({ violations }) => violations > 0).map((finding) => JSON.stringify(finding))
}
