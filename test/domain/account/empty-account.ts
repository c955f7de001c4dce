import type { Account } from '../../../app/domain/account/account.ts'

/** The account of somebody who has nothing yet, all of its lots loaded. */
export function emptyAccount(): Account {
  return { pending: 0, available: 0, held: 0, debt: 0, lots: [], newLots: [] }
}
