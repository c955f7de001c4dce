import { statusSteps } from '../../domain/earning/evaluate-order.ts'
import { classify, mustBeLeft, type Treatment } from '../../domain/orders/classify-reading.ts'
import { withFrozen, withLabelsOf, withProductsOf } from '../../domain/orders/frozen-facts.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import { isCountable } from '../../domain/program/countable.ts'
import type { KnownOrder, OrderToSettle } from '../orders/orders.ts'
import { factsDigest, type OrderReading, type Settled } from '../orders/readings.ts'
import type { ShopPrograms } from '../program/programs.ts'
import { programOf } from './judge-tiers.ts'
import type { OpenOrders } from './open-orders.ts'

/** What becomes of a reading, and the order to settle, if any. */
interface TakenUp {
  outcome: Settled['outcome']
  order: OrderToSettle | null
}

/**
 * Takes a reading up as it is classified by what is known of its order: with what an order keeps, whose it is now, and
 * the program that judges it.
 */
export function takeUp(
  key: string,
  reading: OrderReading,
  { holders, known: allKnown, disputes }: OpenOrders,
  programs: ShopPrograms | undefined,
): TakenUp {
  const { shopId } = reading
  const known = allKnown.get(key)
  const whole = known ? withProductsOf(reading.facts, known.facts) : reading.facts
  const digest = factsDigest(whole)
  const dispute = disputes.get(key) ?? 'none'
  const treatment = classify({ source: reading, updatedAt: whole.updatedAt, digest, dispute }, known)
  const { outcome } = treatment
  if (treatment.judge === 'nothing') return { outcome, order: null }
  const state = stateToJudge(treatment.judge, { whole, read: reading.facts }, known)
  const facts: OrderFacts = { ...state, dispute }
  if (treatment.as === 'history') facts.history = true
  // A state that is not taken over says nothing of whose the order is.
  const told = treatment.judge === 'reading' || reading.origin === 'again'
  const forgotten = told && holders.forgotten(key, reading)
  if (forgotten || holders.before.get(key)?.forgotten) Object.assign(facts, NOBODY)
  const program = programOf({ facts, known, as: treatment.as }, programs)
  const countable = program === null || isCountable(program, facts)
  if (!countable && mustBeLeft(reading, known)) return { outcome: 'uncountable', order: null }
  const order: OrderToSettle = {
    shopId,
    holder: holders.after(key, reading, treatment.judge),
    forgotten,
    facts,
    // Made anew it would tell another state, where a redaction has taken the person away since.
    digest: treatment.judge === 'known' && known ? known.digest : digest,
    known,
    program: countable ? program : null,
    statusSteps: countable && program ? statusSteps(program, facts) : [],
    tierId: null,
  }
  return { outcome, order }
}

/** What is kept of a person who was redacted, whatever an order still says. */
const NOBODY = { customerId: null, guestHash: null } satisfies Partial<OrderFacts>

/** What no version has judged so far takes over the labels that were read now. */
function stateToJudge(
  judge: Exclude<Treatment['judge'], 'nothing'>,
  { whole, read }: { whole: OrderFacts; read: OrderFacts },
  known: KnownOrder | undefined,
): OrderFacts {
  if (!known) return whole
  if (judge === 'reading') return withFrozen(whole, known)
  return known.programVersion === null ? withLabelsOf(known.facts, read) : known.facts
}
