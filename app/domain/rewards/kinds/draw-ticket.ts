import { whole } from '../../document/document-fields.ts'
import type { Words } from '../../document/words.ts'
import { compileWindow } from '../../time/time-window.ts'
import { rewardKind } from '../kind.ts'

/** So many tickets one redemption gives at most: each is a row, and a number to be read. */
const TICKETS = { min: 1, max: 100 }

/** Tickets of a prize draw. The reward is the draw; it ends when the reward is no longer offered. */
export const drawTicket = rewardKind({
  kind: 'draw-ticket',
  spent: 'when-made',
  ours: true,
  terms: {
    /** How many one redemption gives. */
    tickets: whole(TICKETS),
  },
  fields: { tickets: { as: 'pieces', ...TICKETS } },
  blank: { tickets: 1 },
  worth: () => null,
  text: (terms, words) => words.say('rewards:draw-ticket.text', { tickets: countText(terms, words) }),
  conditions: () => [],
  endsAt: ({ limits }) => {
    const end = limits?.offered ? compileWindow(limits.offered).until : Infinity
    return Number.isFinite(end) ? end - 1_000 : LAST_DAY
  },
  gives: ({ tickets }) => tickets,
  made: (terms, words) => words.say('rewards:draw-ticket.made', { tickets: countText(terms, words) }),
  booked: (_, words) => words.say('rewards:draw-ticket.booked'),
  check: ({ limits }) =>
    limits?.offered?.end
      ? []
      : [
          {
            path: 'limits.offered.end',
            code: 'required',
            message: 'a draw needs an end',
            values: {},
          },
        ],
})

/** "3 Lose" */
function countText({ tickets }: { tickets: number }, words: Words): string {
  return words.say('rewards:draw-ticket.count', { count: tickets })
}

/** Of a draw that nobody gave an end, which no program is published with. */
const LAST_DAY = Date.UTC(9999, 0, 1)
