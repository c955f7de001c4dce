import { Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { GivenLife } from '../domain/expiry/expiry.ts'
import { useFormat } from './use-format.ts'

interface Props {
  /** Of points that are given now; null: they do not lapse. */
  life: GivenLife | null
  /** They count from days of their own: by inactivity the last day is another for each member. */
  fromOwnDays?: boolean
}

/** How long points last, said before they are given. */
export function GivenLifeText({ life, fromOwnDays = false }: Props) {
  return (
    <Text as="p" tone="subdued">
      {useLifeText(life, fromOwnDays)}
    </Text>
  )
}

function useLifeText(life: GivenLife | null, fromOwnDays: boolean): string {
  const { t } = useTranslation('common')
  const format = useFormat()
  if (life === null) return t('life.never')
  const date = format.day(life.on)
  if (life.idleMonths === null) return t('life.until', { date })
  return t(fromOwnDays ? 'life.idleOnly' : 'life.idle', { date, count: life.idleMonths })
}
