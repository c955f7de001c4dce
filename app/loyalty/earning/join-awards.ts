import type { Tx } from '../../db/tx.ts'
import { type AccountHistory, type Due, dueOf, type SourceName } from '../../domain/earning/sources.ts'
import type { OpenAccount } from '../../ledger/accounts.ts'
import type { Posting } from '../../ledger/post.ts'
import { loadPrograms, programAt, type ShopPrograms } from '../program/programs.ts'
import { takeBack } from './settle-award.ts'
import { readAwards, readHistories, type StoredAward } from './stored-awards.ts'

/**
 * Two accounts become one person's, who has the points of a source once: of two gifts the later is taken back, and what
 * one of the two has withdrawn from goes, as if they had been one all along. Nothing is ever given by it. Called before
 * anything is moved, with both accounts locked and their lots loaded.
 */
export async function joinAwards(
  tx: Tx,
  kept: OpenAccount,
  gone: OpenAccount,
  at: number,
): Promise<Posting[]> {
  const { shopId } = kept
  const all = await readAwards(tx, [kept, gone])
  const programs = all.length > 0 ? (await loadPrograms(tx, [shopId])).get(shopId) : undefined
  const postings: Posting[] = []
  const accountOf = ({ accountId }: StoredAward) => (accountId === kept.accountId ? kept : gone)
  for (const source of new Set(all.map((one) => one.source))) {
    const awards = all.filter((one) => one.source === source)
    const due = dueOfSource(source, await readHistories(tx, [kept, gone], source, awards), programs)
    const stands = due?.withdrawnAt === null ? due : null
    postings.push(...(await takeBackAllBut(tx, awards, stands, due, accountOf, at)))
  }
  return postings
}

export function dueOfSource(
  source: SourceName,
  histories: readonly AccountHistory[],
  programs: ShopPrograms | undefined,
): WhoseDue | null {
  return dueOf(source, histories, (at) => programAt(programs, at)?.sources.get(source) ?? null)
}

type WhoseDue = Due & Pick<AccountHistory, 'accountId'>

/**
 * @param awards of one source and one person
 * @param stands the gift that stays; null: none does
 * @param due what earned the points first, withdrawn or not; null: nothing did
 */
export async function takeBackAllBut(
  tx: Tx,
  awards: readonly StoredAward[],
  stands: WhoseDue | null,
  due: WhoseDue | null,
  accountOf: (one: StoredAward) => OpenAccount,
  now: number,
): Promise<Posting[]> {
  const postings: Posting[] = []
  for (const one of awards) {
    if (one.due === 0 || one.earnedBy === stands?.accountId) continue
    const because = !due ? 'not-due' : one.earnedBy === due.accountId ? 'withdrawn' : 'merged'
    postings.push(...(await takeBack(tx, accountOf(one), one, because, now)))
  }
  return postings
}
