import { Banner, BlockStack, Link } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Attention } from '../../loyalty/numbers/read-figures.ts'
import { useFormat } from '../use-format.ts'

/** What waits for somebody; nothing at all when nothing does. */
export function AttentionBanners({ attention, draftWaits }: { attention: Attention; draftWaits: boolean }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  const { quarantined, inDebt, codesToSee, toDo } = attention
  if (quarantined + inDebt.members + codesToSee + toDo === 0 && !draftWaits) return null
  return (
    <BlockStack gap="300">
      {quarantined > 0 && (
        <Banner tone="critical" title={t('attention.quarantined', { count: quarantined })}>
          <p>{t('attention.quarantinedText')}</p>
          <Link url="/app/operations/deliveries">{t('attention.quarantinedAction')}</Link>
        </Banner>
      )}
      {codesToSee > 0 && (
        <Banner tone="warning" title={t('attention.codes', { count: codesToSee })}>
          <Link url="/app/operations/reconciliation">{t('attention.codesAction')}</Link>
        </Banner>
      )}
      {toDo > 0 && (
        <Banner tone="info" title={t('attention.toDo', { count: toDo })}>
          <Link url="/app/members/to-do">{t('attention.toDoAction')}</Link>
        </Banner>
      )}
      {draftWaits && (
        <Banner tone="info" title={t('attention.draft')}>
          <Link url="/app/program/publish">{t('attention.draftAction')}</Link>
        </Banner>
      )}
      {inDebt.members > 0 && (
        <Banner tone="warning" title={t('attention.debt', { count: inDebt.members })}>
          <p>{t('attention.debtText', { points: format.points(inDebt.points) })}</p>
          <Link url="/app/members?only=debt">{t('attention.debtAction')}</Link>
        </Banner>
      )}
    </BlockStack>
  )
}
