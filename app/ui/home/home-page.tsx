import { Await, useRouteLoaderData } from '@remix-run/react'
import { Banner, BlockStack, Box, Page, Text } from '@shopify/polaris'
import { Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { HomeView } from '../../loyalty/pages/open-home.ts'
import { LostBanner } from '../kit/lost-banner.tsx'
import { PageText } from '../page-text.tsx'
import { useHydrated } from '../use-hydrated.ts'
import { ActivityCard } from './activity-card.tsx'
import { AttentionBanners } from './attention-card.tsx'
import { FiguresCards, FiguresSkeleton } from './figures-cards.tsx'
import { GUIDE_TITLE, GuideCard } from './guide-card.tsx'
import { useChangeSettings } from './use-change-settings.ts'

export function HomePage(data: HomeView) {
  const { t } = useTranslation(['home', 'guide'])
  const app = useRouteLoaderData<{ apiKey: string }>('routes/app')
  const hydrated = useHydrated()
  const settings = useChangeSettings('/app?index')
  useFocusOfGuide(data.showGuide, data.guide.block)
  const showGuide = {
    content: t('guide:show'),
    onAction: () => settings.send({ guideDismissed: false }),
  }
  return (
    <Page title={t('title')} secondaryActions={data.showGuide ? [] : [showGuide]}>
      <BlockStack gap="400">
        {!data.showGuide && settings.lost && <LostBanner why={settings.lost} repeatable />}
        {data.showGuide && <GuideCard state={data.guide} apiKey={app?.apiKey ?? ''} settings={settings} />}
        <AttentionBanners attention={data.attention} draftWaits={data.draftWaits} />
        <PageText>
          <div id={AFTER_GUIDE} tabIndex={-1} style={{ outline: 'none' }}>
            <Text as="h2" variant="headingMd">
              {t('subtitle')}
            </Text>
          </div>
        </PageText>
        {hydrated ? (
          <Suspense fallback={<FiguresSkeleton />}>
            <Await
              resolve={data.figures}
              errorElement={<Banner tone="critical" title={t('figuresFailed')} />}
            >
              {(figures) => <FiguresCards figures={figures} rewards={data.rewards} />}
            </Await>
          </Suspense>
        ) : (
          <FiguresSkeleton />
        )}
        <ActivityCard activity={data.activity} />
        <Box paddingBlockEnd="800" />
      </BlockStack>
    </Page>
  )
}

const AFTER_GUIDE = 'after-guide'

/** The buttons that hide the guide, show it and mark a step as done are gone afterwards, and the focus with them. */
function useFocusOfGuide(shown: boolean, blockDone: boolean): void {
  const state = `${shown} ${blockDone}`
  const before = useRef(state)
  useEffect(() => {
    if (before.current === state) return
    before.current = state
    if (document.activeElement !== document.body) return
    document.getElementById(shown ? GUIDE_TITLE : AFTER_GUIDE)?.focus()
  }, [shown, state])
}
