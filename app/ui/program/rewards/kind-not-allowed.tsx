import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, Box } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { missingScopes, type RewardKindName } from '../../../domain/rewards/kinds.ts'

/** Says before a reward is saved that the shop has not allowed the app what this kind takes. */
export function KindNotAllowed({ kind }: { kind: RewardKindName }) {
  const { t } = useTranslation('rewards')
  const granted = useGrantedScopes()
  const missing = granted ? missingScopes(kind, granted) : []
  return (
    <div aria-live="polite">
      {missing.length > 0 && (
        <Box paddingBlockStart="300">
          <Banner tone="warning">
            <p>{t('notAllowed', { scopes: missing.join(', ') })}</p>
          </Banner>
        </Box>
      )}
    </div>
  )
}

/** As the admin says now: what is stored with a token is as old as the token. Null: not known. */
function useGrantedScopes(): string[] | null {
  const shopify = useAppBridge()
  const [granted, setGranted] = useState<string[] | null>(null)
  useEffect(() => {
    // An admin that does not say leaves it open: what is not allowed is told when it is tried.
    shopify.scopes.query().then(
      ({ granted }) => setGranted(granted),
      () => {},
    )
  }, [shopify])
  return granted
}
