import type { ImportView } from '../../../loyalty/upkeep/read-operations.ts'

/** An estimate that waits, or was put away, has counted orders and taken none over. */
export function takenKey({ award, status, confirmedBy, given, undone }: ImportView) {
  const reckoning = status === 'estimating' || status === 'estimated'
  const putAway = status === 'cancelled' && award && confirmedBy === null && given + undone === 0
  return reckoning || putAway ? 'pastOrders.reckoned' : 'pastOrders.took'
}
