import type { ProgramIssue } from '../../../domain/document/program-issue.ts'
import type { DomainErrorCode } from '../../../domain/text/errors.ts'

/** Where every change of the draft is sent. */
export const DRAFT_ADDRESS = '/app/program'

/** What the server says to a change of the draft. */
export type DraftAnswer =
  | { ok: true; revision: number }
  | { ok: false; issues: ProgramIssue[] }
  /** Somebody saved meanwhile (stale-draft), or there is nothing to change (program-missing). */
  | { ok: false; refused: DomainErrorCode }
