import { useTranslation } from 'react-i18next'
import { inLocale } from '../../domain/document/local-text.ts'
import type { Program } from '../../domain/program/program.ts'
import { bestWorth, hasOpenWorth, pointsWorth } from '../../domain/rewards/points-worth.ts'
import { innerQuotes } from '../../domain/text/inner-quotes.ts'
import { useFormat } from '../use-format.ts'
import { useShop } from '../use-shop.ts'

/** What the points may cost if all of them were redeemed, and what that is reckoned with. */
export function useWorth(points: number, rewards: Program['rewards']): string {
  const { t } = useTranslation('home')
  const format = useFormat()
  const { currency } = useShop()
  const best = bestWorth(rewards, currency)
  if (!best) return t(hasOpenWorth(rewards) ? 'outstanding.onlyPercent' : 'outstanding.noReward')
  return t(hasOpenWorth(rewards) ? 'outstanding.worthWithPercent' : 'outstanding.worth', {
    amount: format.minor(pointsWorth(points, best)),
    name: innerQuotes(inLocale(best.reward.name, format.language)),
  })
}
