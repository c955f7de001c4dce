import { setTimeout } from 'node:timers/promises'

const second = () => Math.floor(Date.now() / 1_000)
let last = 0

/**
 * Does what Shopify records with a time, in another second than what was done before. Shopify tells times in whole
 * seconds, and of two events in one of them nobody can say which was first: a test that does both means one after the
 * other, on a fast machine too.
 */
export async function inItsOwnSecond<T>(deed: () => Promise<T>): Promise<T> {
  while (second() === last) await setTimeout(1_000 - (Date.now() % 1_000))
  try {
    return await deed()
  } finally {
    last = second()
  }
}
