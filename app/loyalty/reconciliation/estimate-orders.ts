import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'

class Rehearsed<T> extends Error {
  readonly result: T
  constructor(result: T) {
    super('This was a rehearsal')
    this.result = result
  }
}

/**
 * What `work` would do, told by doing it in a transaction that is then rolled back: the estimate is reckoned by the very
 * rules that will book it. What orders of other pages would change (a tier that is only reached with them) it cannot know.
 */
export async function withoutTrace<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await acrossShops(async (tx) => {
      throw new Rehearsed(await work(tx))
    })
  } catch (error) {
    if (error instanceof Rehearsed) return error.result as T
    throw error
  }
}
