import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { programChanges } from '../../../domain/program/program-changes.ts'
import { useDraft, useProgram } from '../draft/use-program.ts'

/** Says that the draft is not what shoppers get yet. */
export function PublishBanner() {
  const { t } = useTranslation('program')
  const { live, changed } = useProgram()
  const { document } = useDraft()
  if (!changed) return null
  const count = live ? programChanges(live.document, document).length : 0
  return (
    <Banner tone="info" title={live ? t('publish.waiting', { count }) : t('publish.first')}>
      <p>{live ? t('publish.waitingText') : t('publish.firstText')}</p>
    </Banner>
  )
}
