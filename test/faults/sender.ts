import { createHmac, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { APP_SECRET } from '../support/app-secret.ts'
import { until } from '../support/processes.ts'
import type { Line } from './deliveries.ts'

/** Delivers as Shopify does: what is not answered with 200 comes again, under the same id. */
export interface Sender {
  /** Resolves when each was acknowledged. @throws Error when one never was */
  send(lines: Line[]): Promise<void>
  /** Ids that were answered with 200. */
  acknowledged: Set<string>
  /** How often each answer came; 0 stands for none at all. */
  answers: Map<number, number>
}

/** So long Shopify waits for an answer. */
const ANSWER_MS = 5_000
const AGAIN_EVERY_MS = 25
const PATIENCE_MS = 60_000

/** @param port of the server at this moment */
export function createSender(port: () => number, domain: string, patience = PATIENCE_MS): Sender {
  const acknowledged = new Set<string>()
  const answers = new Map<number, number>()

  async function sendOne({ topic, payload }: Line): Promise<void> {
    const body = JSON.stringify(payload)
    const id = randomUUID()
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': domain,
      'x-shopify-webhook-id': id,
      'x-shopify-api-version': '2026-10',
      'x-shopify-hmac-sha256': createHmac('sha256', APP_SECRET).update(body).digest('base64'),
    }
    const isTaken = async () => {
      const signal = AbortSignal.timeout(ANSWER_MS)
      const url = `http://127.0.0.1:${port()}/webhooks`
      const answer = await fetch(url, { method: 'POST', body, headers, signal }).catch(() => null)
      await answer?.arrayBuffer().catch(() => {})
      const status = answer?.status ?? 0
      answers.set(status, (answers.get(status) ?? 0) + 1)
      return status === 200
    }
    await until('a delivery is acknowledged', patience, isTaken, AGAIN_EVERY_MS)
    acknowledged.add(id)
  }
  return {
    send: async (lines) => void (await Promise.all(lines.map(sendOne))),
    acknowledged,
    answers,
  }
}

/** How many acknowledged deliveries the database does not have. */
export async function countLost(owner: pg.Pool, { acknowledged }: Sender): Promise<number> {
  const { rows } = await owner.query('SELECT webhook_id AS id FROM delivery')
  const stored = new Set(rows.map(({ id }) => id))
  return [...acknowledged].filter((id) => !stored.has(id)).length
}
