import { storefrontAddress } from './storefront-address.ts'
import type { Wording } from './wording.ts'

/** Shopify sends /account of the shop's storefront to the sign-in page, where an account can be made too. */
export function SignInLink({ storefrontUrl, wording }: { storefrontUrl?: string; wording: Wording }) {
  if (!storefrontUrl) return null
  return <s-link href={storefrontAddress(storefrontUrl, '/account')}>{wording.say('signIn')}</s-link>
}
