/**
 * Errors that a caller can act on. Each has a stable `code`; routes map codes to HTTP in one place
 * (`app/http/http-errors.ts`), surfaces map them to words in their locale.
 */
export type DomainErrorCode =
  | 'invalid-program'
  | 'invalid-amount'
  | 'invalid-payload'
  | 'not-enough-points'
  | 'in-debt'
  | 'reward-unknown'
  | 'reward-unavailable'
  | 'reward-already-taken'
  | 'price-changed'
  | 'price-not-offered'
  | 'worth-changed'
  | 'code-unknown'
  | 'code-used'
  | 'code-on-order'
  | 'reward-done'
  | 'reward-not-open'
  | 'donation-paid'
  | 'cause-unknown'
  | 'payment-unknown'
  | 'member-unknown'
  | 'member-merged'
  | 'reason-missing'
  | 'key-conflict'
  | 'program-missing'
  | 'stale-draft'
  | 'batch-unknown'
  | 'batch-state'
  | 'same-file'

export class DomainError extends Error {
  readonly code: DomainErrorCode
  /** Values a message may name; never personal data. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: DomainErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.details = details
  }
}

export function isDomainError(error: unknown, ...codes: DomainErrorCode[]): error is DomainError {
  return error instanceof DomainError && (codes.length === 0 || codes.includes(error.code))
}
