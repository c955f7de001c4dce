/** What the shop refuses to do, with a code that pages and resolvers turn into words. */
export type CommerceErrorCode =
  | 'empty-cart'
  | 'unknown-order'
  | 'unknown-line'
  | 'quantity-too-large'
  | 'amount-too-large'
  | 'nothing-to-refund'
  | 'already-paid'
  | 'already-cancelled'
  | 'not-deletable'
  | 'has-customer'
  | 'no-customer'
  | 'unknown-customer'
  | 'dispute-open'
  | 'no-open-dispute'
  | 'same-customer'
  | 'has-orders'
  | 'has-store-credit'
  | 'no-store-credit-account'
  | 'expiry-in-past'
  | 'amount-not-positive'
  | 'other-currency'
  | 'unsupported-currency'
  | 'credit-limit'
  | 'insufficient-funds'

export class CommerceError extends Error {
  readonly code: CommerceErrorCode

  constructor(code: CommerceErrorCode, message: string) {
    super(message)
    this.name = 'CommerceError'
    this.code = code
  }
}
