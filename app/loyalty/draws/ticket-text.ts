import { drawEndOf } from '../../domain/rewards/given/draws.ts'
import { ticketNumbers } from '../../domain/rewards/given/ticket-numbers.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import type { Wording } from '../../wording.ts'

/**
 * "Ihre Losnummern: 3, 17–19. Die Verlosung endet am 24. Dezember 2026."
 * @param current the same reward as it is offered now: its end may have been moved
 */
export function ticketsText(
  { reward, tickets }: { reward: Reward; tickets: readonly number[] },
  current: Reward | undefined,
  now: number,
  words: Wording,
): string {
  const numbers = ticketNumbers(tickets)
  const told = words.say('rewards:draw-ticket.numbers', { count: tickets.length, numbers })
  const end = (current && drawEndOf(current)) ?? drawEndOf(reward)
  if (end === null || !Number.isFinite(end)) return told
  const key = now < end ? 'ends' : 'ended'
  // The end is the first moment outside: at midnight the day before is the last one.
  return `${told} ${words.say(`rewards:draw-ticket.${key}`, { date: words.date(end - 1) })}`
}

/** "Losnummern 3, 17–19", for whoever reads a history. */
export const numbersText = (tickets: readonly number[], words: Wording): string =>
  words.say('rewards:draw-ticket.bookedNumbers', {
    count: tickets.length,
    numbers: ticketNumbers(tickets),
  })
