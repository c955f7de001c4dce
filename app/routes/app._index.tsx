import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { Await, useLoaderData, useRouteLoaderData } from '@remix-run/react'
import { Banner, BlockStack, Box, Page, Text } from '@shopify/polaris'
import { Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { withShop } from '../db/db.server.ts'
import { sameDocument } from '../domain/document/same-document.ts'
import {
  latestOrderThatCame,
  readActivity,
  readAttention,
  readFigures,
} from '../loyalty/numbers/read-figures.ts'
import { programVersions } from '../loyalty/program/program-store.ts'
import { workingDraft } from '../loyalty/program/save-draft.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeSettings } from '../requests/change-settings.server.ts'
import { ActivityCard } from '../ui/home/activity-card.tsx'
import { AttentionBanners } from '../ui/home/attention-card.tsx'
import { FiguresCards, FiguresSkeleton } from '../ui/home/figures-cards.tsx'
import { GUIDE_TITLE, GuideCard, type GuideState } from '../ui/home/guide-card.tsx'
import { useChangeSettings } from '../ui/home/use-change-settings.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { LostBanner } from '../ui/kit/lost-banner.tsx'
import { useHydrated } from '../ui/use-hydrated.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { shopId, settings } = shop
  const now = new Date()
  const quick = await withShop(shopId, async (tx) => {
    const draft = await workingDraft(tx, shopId)
    const [live] = await programVersions(tx, shopId)
    const guide: GuideState = {
      program: live ? 'published' : draft ? 'draft' : 'none',
      block: settings.themeBlockDone === true,
      order: await latestOrderThatCame(tx, shopId),
    }
    return {
      guide,
      rewards: live?.document.rewards ?? [],
      draftWaits: live !== undefined && draft !== null && !sameDocument(live.document, draft.document),
      attention: await readAttention(tx, shopId),
      activity: await readActivity(tx, shopId),
    }
  })
  return {
    ...quick,
    showGuide: settings.guideDismissed !== true,
    // Adding up a month of entries takes a moment in a large shop: the page does not wait for it.
    figures: withShop(shopId, (tx) => readFigures(tx, shop, now)),
  }
}

export function action({ request }: ActionFunctionArgs) {
  return changeSettings(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Home() {
  const { t } = useTranslation(['home', 'guide'])
  const data = useLoaderData<typeof loader>()
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
        <Box paddingInline={{ xs: '400', sm: '0' }}>
          <div id={AFTER_GUIDE} tabIndex={-1} style={{ outline: 'none' }}>
            <Text as="h2" variant="headingMd">
              {t('subtitle')}
            </Text>
          </div>
        </Box>
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
