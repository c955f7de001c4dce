/** Whether the buyer is signed in; a member who has not earned anything yet may be unknown to the app. */

export interface BuyerIdentity {
  customer: { readonly value: { id: string } | undefined }
}

/** `buyerIdentity` is left out for apps without access to customer data; then everyone counts as anonymous. */
export function isSignedIn(api: { buyerIdentity?: BuyerIdentity }): boolean {
  return 'buyerIdentity' in api && api.buyerIdentity?.customer.value !== undefined
}
