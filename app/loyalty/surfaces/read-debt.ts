import type { Tx } from '../../db/tx.ts'
import { stillOwed } from '../../domain/account/debt.ts'
import type { Wording } from '../../wording.ts'
import type { Member } from '../members/read-member.ts'
import { explainEntry } from './explain-entry.ts'
import { readHistory } from './read-history.ts'

/** What a member's debt is made of. The points of `lines` and `older` add up to the debt. */
export interface DebtView {
  /** Newest first; `points` is the part that is still owed. */
  lines: { postingId: number; at: Date; title: string; points: number }[]
  /** Owed by older lines than those. */
  older: number
}

/** More causes than these say nothing that the history below does not say better. */
const CAUSES = 5

/** The lines of the book that left a member in debt, as the history names them; null without a debt. */
export async function readDebt(
  tx: Tx,
  shopId: number,
  { accountId, balance }: Pick<Member, 'accountId' | 'balance'>,
  words: Wording,
): Promise<DebtView | null> {
  if (balance.debt === 0) return null
  const { lines } = await readHistory(tx, { shopId, accountId, limit: CAUSES, owing: true })
  const { shares, older } = stillOwed(balance.debt, lines)
  return {
    lines: shares.map(({ line, points }) => ({
      postingId: line.postingId,
      at: line.at,
      title: explainEntry(line, words, 'merchant').title,
      points,
    })),
    older,
  }
}
