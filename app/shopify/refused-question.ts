import { GraphqlQueryError, HttpResponseError } from '@shopify/shopify-api'
import { logger } from '../logger.server.ts'
import { type AdminGraphql, askAdmin } from './ask-admin.ts'
import { errorCodes } from './error-codes.ts'
import { ShopFacts } from './graphql/shop.ts'

/**
 * Questions that the Admin API refuses whenever they are asked: something that they ask for cannot be read. A loop over
 * pages leaves out that one thing, says so and goes on behind it (docs/decisions/0048).
 */

/** `refused`: a sentence with why. */
type Answer<T> = { answer: T; refused?: undefined } | { refused: string }

/** An answer came, and says of one thing what no version of ours knows; the message is a sentence of our own. */
export class Unreadable extends Error {}

/** These say something of the shop or of how often it was asked, and nothing of what was asked for. */
const OF_THE_SHOP = new Set(['THROTTLED', 'ACCESS_DENIED', 'SHOP_INACTIVE'])
/** Statuses below 500 that do not: bad request, too large, cannot be processed. */
const OF_THE_QUESTION = new Set([400, 413, 422])

/**
 * Asks, and tells apart what Shopify refuses of this question alone: it answers when it is asked who the shop is.
 * @throws what speaks of the shop or of the way to Shopify: another question would fare no better
 */
export async function orRefused<T>(graphql: AdminGraphql, ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { answer: await ask() }
  } catch (error) {
    if (error instanceof Unreadable) return { refused: error.message }
    const code = codeOfQuestion(error)
    if (code === null) throw error
    await askAdmin(graphql, ShopFacts).catch(() => {
      throw error
    })
    logger.warn({ code, reason: (error as Error).message }, 'Shopify refuses a question for good')
    return { refused: `Shopify's Admin API gave no answer for it (${code})` }
  }
}

/** What Shopify calls the refusal: words of theirs are left to the log, since they may repeat what was asked for. */
function codeOfQuestion(error: unknown): string | null {
  if (error instanceof HttpResponseError) {
    const { code } = error.response
    return code >= 500 || OF_THE_QUESTION.has(code) ? String(code) : null
  }
  if (!(error instanceof GraphqlQueryError) || error.message === 'Throttled') return null
  const codes = errorCodes(error)
  if (codes.some((code) => OF_THE_SHOP.has(code))) return null
  return codes.find((code) => /^[A-Z_]{1,60}$/.test(code)) ?? 'GraphQL'
}

interface Halved<Id, T> {
  answers: T[]
  refused: { one: Id; why: string }[]
}

/**
 * Asks for many at once, and where that is refused for half of them, down to the single ones that cannot be read.
 * @throws what speaks of the shop or of the way to Shopify
 */
export async function inHalves<Id, T>(
  graphql: AdminGraphql,
  all: readonly Id[],
  ask: (some: readonly Id[]) => Promise<readonly T[]>,
): Promise<Halved<Id, T>> {
  const [first] = all
  if (first === undefined) return { answers: [], refused: [] }
  const asked = await orRefused(graphql, () => ask(all))
  if (asked.refused === undefined) return { answers: [...asked.answer], refused: [] }
  if (all.length === 1) return { answers: [], refused: [{ one: first, why: asked.refused }] }
  const middle = Math.ceil(all.length / 2)
  const before = await inHalves(graphql, all.slice(0, middle), ask)
  const behind = await inHalves(graphql, all.slice(middle), ask)
  return {
    answers: [...before.answers, ...behind.answers],
    refused: [...before.refused, ...behind.refused],
  }
}

/**
 * Where a list that is sorted by a number (an id, a time) can be read again behind a place at which it cannot: looked for
 * in growing leaps, then between the last two.
 * @param isAnswered whether the list can be read that begins behind a place
 * @param grain so near to the last place that cannot be read
 * @returns null when it can be read nowhere up to `end`
 */
export async function nextAnswered(
  isAnswered: (place: number) => Promise<boolean>,
  { from, end, grain }: { from: number; end: number; grain: number },
): Promise<number | null> {
  let refused = from
  let answered = Math.min(from + grain, end)
  for (let leap = 2 * grain; !(await isAnswered(answered)); leap *= 2) {
    if (answered === end) return null
    refused = answered
    answered = Math.min(from + leap, end)
  }
  while (answered - refused > grain) {
    const middle = refused + Math.floor((answered - refused) / 2)
    if (await isAnswered(middle)) answered = middle
    else refused = middle
  }
  return answered
}
