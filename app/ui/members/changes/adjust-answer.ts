import type { DomainErrorCode } from '../../../domain/text/errors.ts'

/** What a member's page hears of an adjustment. */
export type AdjustAnswer =
  | { ok: true; intent: 'adjust' | 'undo' | 'reinstate'; key: string }
  | { ok: false; intent: 'adjust' | 'undo' | 'reinstate'; refused: DomainErrorCode }

/** Text for a refusal, in `members.json`. */
export function refusalText(refused: DomainErrorCode): string {
  switch (refused) {
    case 'not-enough-points':
      return 'adjust.notEnough'
    case 'in-debt':
      return 'adjust.inDebt'
    case 'reason-missing':
      return 'adjust.needReason'
    case 'invalid-amount':
      return 'adjust.needPoints'
    case 'member-unknown':
      return 'adjust.unknown'
    case 'key-conflict':
      return 'adjust.conflict'
    default:
      return 'adjust.failed'
  }
}
