import { inLocale } from '../../../domain/document/local-text.ts'
import type { CompiledProgram } from '../../../domain/program/compiled-program.ts'
import { donationOf, freeVariant, givenText, lapseText, noteText } from '../../../domain/rewards/kinds.ts'
import { localDate } from '../../../domain/time/time-window.ts'
import type { Wording } from '../../../wording.ts'
import { togetherText } from '../../causes/cause-text.ts'
import { ticketsText } from '../../draws/ticket-text.ts'
import type { CodeStatus, MemberCode } from '../../members/member-codes.ts'
import type { Shop } from '../../shop/shop-of-request.ts'

export interface PanelCode {
  id: string
  rewardId: string
  /** Null: it becomes something else. */
  code: string | null
  /** Of what people do: what she is to do with the code, which no cart takes. */
  toShow: string | null
  /** The variant of which one piece is free with it; null: it is for something else. */
  variant: string | null
  /** Of what is no code, once the member has it: what came of it. */
  given: string | null
  rewardName: string
  cost: number
  /** "2026-12-30": the last day on which it can be used, in the shop's zone. */
  validUntil: string
  status: Exclude<CodeStatus, 'uncovered'>
  /** Of a reserved one: the order that carries it, "#1042". */
  orderName: string | null
}

/** What a line is told with beside what is stored of it. */
export interface Told {
  program: CompiledProgram | null
  /** What causes were given so far, by their ids. */
  given: ReadonlyMap<string, string>
  now: number
}

export function panelCode(code: MemberCode, { timeZone }: Shop, words: Wording, told: Told): PanelCode {
  return {
    id: code.id,
    rewardId: code.rewardId,
    code: code.code ?? code.shownCode,
    toShow: noteText(code.reward, words),
    variant: freeVariant(code.reward),
    given:
      code.status === 'used' && code.code === null && code.shownCode === null
        ? whatWasGiven(code, words, told)
        : null,
    rewardName: inLocale(code.rewardName, words.locale),
    cost: code.cost,
    validUntil: localDate(code.endsAt.getTime(), timeZone),
    // What became of it afterwards is between the order and the merchant.
    status: code.status === 'uncovered' ? 'returned' : code.status,
    orderName: code.status === 'reserved' ? code.orderName : null,
  }
}

function whatWasGiven(code: MemberCode, words: Wording, { program, given, now }: Told): string | null {
  const { reward, rewardId, createdAt, tickets } = code
  if (tickets) return ticketsText({ reward, tickets }, program?.rewards.get(rewardId), now, words)
  const together = donationOf(reward) === null ? null : togetherText(given.get(rewardId), words)
  const end = lapseText(reward, createdAt.getTime(), words)
  return [givenText(reward, words), end, together].filter(Boolean).join(' ') || null
}
