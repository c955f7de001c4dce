import type { Tx } from '../../db/tx.ts'
import { keyOf, loadLots, type OpenAccount, openAccounts } from '../../ledger/accounts.ts'
import { ensureAccounts } from '../../ledger/ensure-accounts.ts'
import { holderKey } from '../../ledger/holder.ts'

/** The accounts of those who were not redacted since the file was uploaded, and the lines about them. */
export async function openHolders<Line extends { customerId: string }>(
  tx: Tx,
  shopId: number,
  uploadedAt: number,
  lines: Line[],
): Promise<{ accountOf: (customerId: string) => OpenAccount; lines: Line[] }> {
  const holder = (customerId: string) => ({ shopId, customerId, guestHash: null, toldAt: uploadedAt })
  const found = await ensureAccounts(
    tx,
    // In sorted order the same accounts are always made in the same order.
    [...new Set(lines.map(({ customerId }) => customerId))].sort().map(holder),
  )
  const open = await openAccounts(tx, found.values())
  await loadLots(tx, open.values())
  const accountOf = (customerId: string) => {
    const account = found.get(holderKey(holder(customerId)))
    const opened = account && open.get(keyOf(account))
    if (!opened) throw new Error(`customer ${customerId} has no account`)
    return opened
  }
  return { accountOf, lines: lines.filter(({ customerId }) => found.has(holderKey(holder(customerId)))) }
}

/** Lines about persons who were redacted since: the redaction takes away those that it sees. */
export async function forgetLines(
  tx: Tx,
  { shopId, batchId }: { shopId: number; batchId: number },
  lines: { line: number }[],
): Promise<void> {
  if (lines.length === 0) return
  await tx.query('DELETE FROM bulk_line WHERE shop_id = $1 AND batch_id = $2 AND line = ANY($3::int[])', [
    shopId,
    batchId,
    lines.map(({ line }) => line),
  ])
}
