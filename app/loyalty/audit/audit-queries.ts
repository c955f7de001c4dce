import { type AuditQuery, BOOK_RULES } from '../../ledger/audit.ts'
import { CAUSE_RULES } from '../causes/audit.ts'
import { DRAW_RULES } from '../draws/audit.ts'
import { AWARD_RULES } from '../earning/audit.ts'
import { EXPIRY_RULES } from '../expiry/audit.ts'
import { DELIVERY_RULES } from '../inbox/audit.ts'
import { MEMBER_RULES } from '../members/audit.ts'
import { ORDER_RULES } from '../orders/audit.ts'
import { REDEMPTION_RULES } from '../rewards/audit.ts'
import { SOUND_RULE } from './sound-rows.ts'

/** The list of all rules that are queries. A wing's rules lie in its `audit.ts`; 7 and 8 are reckoned (`audit-ledger.ts`). */
export const AUDIT_QUERIES: AuditQuery[] = [
  ...BOOK_RULES,
  ...ORDER_RULES,
  ...REDEMPTION_RULES,
  ...MEMBER_RULES,
  ...EXPIRY_RULES,
  ...DELIVERY_RULES,
  ...AWARD_RULES,
  ...CAUSE_RULES,
  ...DRAW_RULES,
  SOUND_RULE,
]
