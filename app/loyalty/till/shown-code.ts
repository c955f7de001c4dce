import { readShopOften } from '../../db/db.server.ts'
import { inLocale } from '../../domain/document/local-text.ts'
import { readShownCode } from '../../domain/rewards/reward-code.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { UNDO_MS } from '../codes/done-by-people.ts'
import { byShownCode } from '../codes/done-list.ts'
import { contactOf, type Till } from './find-at-till.ts'

/**
 * What is to be done for a code that a member shows.
 * @throws DomainError code-unknown, also for what is no such code
 */
export async function readShownCodeAtTill({ shop, locale, now, admin }: Till, typed: string) {
  const code = readShownCode(typed)
  const row = code && (await readShopOften(shop.shopId, (tx) => byShownCode(tx, shop.shopId, code)))
  if (!row) throw new DomainError('code-unknown', 'Nobody has this code', {})
  const { reward, customerId, doneAt, ...shown } = row
  const contact = customerId === null ? null : await contactOf(admin, customerId)
  return {
    ...shown,
    customerId,
    name: contact?.name ?? null,
    rewardName: inLocale(reward.name, locale),
    doneAt,
    undoable: doneAt !== null && now <= doneAt.getTime() + UNDO_MS,
  }
}
