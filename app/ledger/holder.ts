/** Who an account is for: a Shopify customer, or a guest by the hash of the e-mail. Exactly one is set. */
export interface Holder {
  shopId: number
  customerId: string | null
  guestHash: string | null
}

export function holderKey(holder: Holder): string {
  return `${holder.shopId}/${holder.customerId ?? `g:${holder.guestHash}`}`
}
