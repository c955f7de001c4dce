/** Every way in which a document can be wrong. Surfaces have words for each, in each language. */
export const ISSUE_CODES = [
  'required',
  'wrong-type',
  'wrong-format',
  'not-whole',
  'unknown-option',
  'too-small',
  'too-large',
  'not-positive',
  'text-missing',
  'no-https-link',
  'draw-over',
  'end-before-start',
  'duplicate-id',
  'threshold-order',
  'tier-unknown',
  'time-zone-unknown',
  'local-time-unknown',
  'too-many-decimals',
  'too-many-points',
  'invalid',
] as const
export type ProgramIssueCode = (typeof ISSUE_CODES)[number]

export interface ProgramIssue {
  /** Where: "campaigns.0.window.end". Empty: the document as a whole. */
  path: string
  code: ProgramIssueCode
  /** In English, with the allowed values; for logs and files. */
  message: string
  /** What a message in another language may name: `minimum`, `maximum`, `tier`, `below`, `decimals`, `value`, `points`, `rate`, `campaigns`, `tier`. */
  values: Record<string, unknown>
}
