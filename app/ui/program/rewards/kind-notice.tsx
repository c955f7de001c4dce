import { Banner, Box } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { RewardKindName } from '../../../domain/rewards/kinds.ts'

/** What a merchant should think of before offering rewards of this kind; most have nothing of it. */
export function KindNotice({ kind }: { kind: RewardKindName }) {
  const { t, i18n } = useTranslation('rewards')
  const key = `${kind}.notice`
  if (!i18n.exists(key, { ns: 'rewards' })) return null
  return (
    <Box paddingBlockStart="300">
      <Banner tone="info">
        <p>{t(key as never) as string}</p>
      </Banner>
    </Box>
  )
}
