import type { z } from 'zod'
import type { newsletter } from '../../domain/earning/sources/newsletter.ts'
import type { signUp } from '../../domain/earning/sources/sign-up.ts'
import { id, idOf, type Json, object, text, time } from '../../shopify/payload.ts'
import type { Occasion } from './award.ts'

/** Where the occasions of earning sources come from. Pure; what is read names the person by Shopify's number alone. */

type Told<Source extends { occasion: z.ZodType }> = z.output<Source['occasion']>

/** The topics that tell of occasions, and what each says of whom; null: of nothing that gives points. */
export const OCCASIONS: Record<string, (payload: Json, toldAt: number) => Occasion | null> = {
  'customers/create': opened,
  'customers/enable': opened,
  'customers_email_marketing_consent/update': consented,
}

/**
 * An account was opened: the state says so, which a customer made by a checkout, a file or the shop's staff does not
 * have. Of accounts that are opened by a code in an e-mail Shopify's state never tells; then the first sign-in does.
 */
function opened(payload: Json, toldAt: number): Occasion | null {
  const customerId = idOf(payload, 'customer')
  if (payload.state !== 'enabled') return null
  const told: Told<typeof signUp> = { by: 'account' }
  // The body is signed; the header that says when it was sent is not.
  const at = (payload.updated_at ?? null) === null ? toldAt : time(payload.updated_at, 'customer.updated_at')
  return { customerId, source: 'sign-up', key: `account:${at}`, at, told }
}

/** Somebody signed in at a page of ours, which only who has an account can; the first time is the one that counts. */
export function signedIn(customerId: string, customerSince: number, at: number): Occasion {
  const told: Told<typeof signUp> = { by: 'sign-in', customerSince }
  return { customerId, source: 'sign-up', key: 'sign-in', at, told }
}

const LONGEST_WORD = 40

function consented(payload: Json, toldAt: number): Occasion {
  const customerId = id(payload.customer_id, 'customer_id')
  const consent = object(payload.email_marketing_consent, 'email_marketing_consent')
  const word = (name: string) => text(consent[name], `email_marketing_consent.${name}`).slice(0, LONGEST_WORD)
  const state = word('state')
  const level = (consent.opt_in_level ?? null) === null ? null : word('opt_in_level')
  const since = consent.consent_updated_at ?? null
  const at = since === null ? toldAt : time(since, 'email_marketing_consent.consent_updated_at')
  const told: Told<typeof newsletter> = { state, level }
  return { customerId, source: 'newsletter', key: `${at}:${state}:${level}`, at, told }
}
