import { withShop } from '../../db/db.server.ts'
import { KEEP_DATA_REQUESTS_DAYS } from '../../db/tables.ts'
import { readStuckDeliveries, type StuckDeliveries } from '../deliveries/read-deliveries.ts'
import { type BatchView, listBatches } from '../imports/read-batch.ts'
import { isAsked } from '../upkeep/ask-for-run.ts'
import {
  type AuditView,
  type CodesView,
  type DataRequestView,
  type ImportView,
  type ReconciliationView,
  readAudits,
  readCodeFindings,
  readDataExport,
  readDataRequests,
  readImports,
  readReconciliations,
} from '../upkeep/read-operations.ts'

/** What the pages of the section "Operations" open with, each read in one transaction. */

export interface OperationsView {
  stuck: Pick<StuckDeliveries, 'quarantined' | 'waiting'>
  reconciliation: ReconciliationView | null
  /** Codes of which only a person can say what is to be done. */
  codesToSee: number
  audit: AuditView | null
  pastOrders: ImportView | null
  batch: BatchView | null
  /** Requests of customers for their data. */
  requests: number
}

export function openOperations(shopId: number): Promise<OperationsView> {
  return withShop(shopId, async (tx) => {
    const { quarantined, waiting } = await readStuckDeliveries(tx, shopId, null)
    const [reconciliation = null] = await readReconciliations(tx, shopId, 1)
    const { toSee } = await readCodeFindings(tx, shopId)
    const [audit = null] = await readAudits(tx, shopId, 1)
    const [pastOrders = null] = await readImports(tx, shopId, 1)
    const [batch = null] = await listBatches(tx, shopId, 1)
    const requests = (await readDataRequests(tx, shopId)).length
    const stuck = { quarantined, waiting }
    return { stuck, reconciliation, codesToSee: toSee, audit, pastOrders, batch, requests }
  })
}

/** @param before deliveries older than this one; null: the newest */
export function openDeliveries(shopId: number, before: number | null): Promise<StuckDeliveries> {
  return withShop(shopId, (tx) => readStuckDeliveries(tx, shopId, before))
}

export interface AuditsView {
  audits: AuditView[]
  /** One was asked for that has not begun yet. */
  asked: boolean
}

export function openAudits(shopId: number): Promise<AuditsView> {
  return withShop(shopId, async (tx) => ({
    audits: await readAudits(tx, shopId),
    asked: await isAsked(tx, shopId, 'audit'),
  }))
}

export interface ReconciliationsView {
  runs: ReconciliationView[]
  codes: CodesView
  /** A run of each was asked for that has not begun yet. */
  asked: boolean
  codesAsked: boolean
}

export function openReconciliations(shopId: number): Promise<ReconciliationsView> {
  return withShop(shopId, async (tx) => ({
    runs: await readReconciliations(tx, shopId),
    codes: await readCodeFindings(tx, shopId),
    asked: await isAsked(tx, shopId, 'reconciliation'),
    codesAsked: await isAsked(tx, shopId, 'codes'),
  }))
}

export interface PrivacyView {
  requests: DataRequestView[]
  /** Days after which a request and its file are gone. */
  keptDays: number
}

export async function openPrivacy(shopId: number): Promise<PrivacyView> {
  const requests = await withShop(shopId, (tx) => readDataRequests(tx, shopId))
  return { requests, keptDays: KEEP_DATA_REQUESTS_DAYS }
}

/**
 * The file that a merchant hands on to a customer who asked for her data; null when there is none.
 * @param requestId digits
 */
export function dataExport(shopId: number, requestId: string): Promise<unknown> {
  return withShop(shopId, (tx) => readDataExport(tx, shopId, requestId))
}
