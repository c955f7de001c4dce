import type { Tx } from '../../db/tx.ts'
import type { OpenAccount } from '../../ledger/accounts.ts'
import type { Posting } from '../../ledger/post.ts'
import { takeBack } from './settle-award.ts'
import { readAwards } from './stored-awards.ts'

/**
 * Two accounts become one person's, who has the points of a source once: of two gifts the later is taken back, as
 * if they had been one all along. Called before anything is moved, with both accounts locked and their lots loaded.
 */
export async function joinAwards(
  tx: Tx,
  kept: OpenAccount,
  gone: OpenAccount,
  at: number,
): Promise<Posting[]> {
  const postings: Posting[] = []
  const had = new Set<string>()
  for (const one of await readAwards(tx, [kept, gone])) {
    if (one.due === 0) continue
    const account = one.accountId === kept.accountId ? kept : gone
    if (had.has(one.source)) postings.push(...(await takeBack(tx, account, one, 'merged', at)))
    had.add(one.source)
  }
  return postings
}
