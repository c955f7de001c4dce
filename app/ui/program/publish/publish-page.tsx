import { Await, useNavigate } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Card, Layout, Page, Text, TextField } from '@shopify/polaris'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localDate } from '../../../domain/time/time-window.ts'
import type { PublishEffect } from '../../../loyalty/numbers/read-publish-effect.ts'
import type { PublishWish } from '../../../loyalty/program/change-draft.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useJsonChange, useNews } from '../../kit/use-change.ts'
import { useReadAgain } from '../../kit/use-read-again.ts'
import { TitledCard } from '../../titled-card.tsx'
import { useHydrated } from '../../use-hydrated.ts'
import { useShop } from '../../use-shop.ts'
import { IssueBanner } from '../draft/issue-banner.tsx'
import { useAskedIntent } from '../draft/use-asked-intent.tsx'
import { useDraft, useProgram } from '../draft/use-program.ts'
import { PreviewCard } from '../preview-card.tsx'
import { ChangeList, ContentList } from './change-list.tsx'
import { EffectCard, EffectSkeleton } from './effect-card.tsx'
import { HintList } from './hint-list.tsx'
import type { PublishAnswer } from './publish-answer.ts'
import { isPastDay, SinceField } from './since-field.tsx'

interface Props {
  /** Null while there is nothing live to compare with. */
  effect: Promise<PublishEffect | null>
}

/** What the draft changes, for whom, and from when on it is to hold. */
export function PublishPage({ effect }: Props) {
  const { t } = useTranslation('program')
  const { live, changed, now } = useProgram()
  const { document, revision } = useDraft()
  const { timeZone } = useShop()
  const [since, setSince] = useState({ past: false, day: `${localDate(now, timeZone).slice(0, 4)}-01-01` })
  const [note, setNote] = useState('')
  const { publish, busy, answer, lost } = usePublish()
  const discard = useDiscard()
  const send = () => {
    if (!live && since.past && !isPastDay(since.day, localDate(now, timeZone))) return
    publish({ revision, note, countFrom: !live && since.past ? since.day : null })
  }
  return (
    <Page
      title={t('publish.title')}
      backAction={{ content: t('title'), url: '/app/program' }}
      primaryAction={{ content: t('publish.action'), onAction: send, loading: busy, disabled: !changed }}
      secondaryActions={live && changed ? [discard.action] : []}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {lost && <LostBanner why={lost} retry={send} repeatable entered={note !== '' || since.past} />}
            {answer && <Refusal answer={answer} />}
            {!changed && <Banner tone="success" title={t('publish.nothing')} />}
            <div>
              <HintList document={document} />
              {live ? (
                <TitledCard title={t('publish.changes', { version: live.version })}>
                  <ChangeList before={live.document} after={document} />
                  <Text as="p" tone="subdued">
                    {t('publish.fromNow')}
                  </Text>
                </TitledCard>
              ) : (
                <BlockStack gap="400">
                  <TitledCard title={t('publish.contents')}>
                    <ContentList document={document} />
                  </TitledCard>
                  <SinceField value={since} onChange={setSince} />
                </BlockStack>
              )}
            </div>
            {live && changed && <Effect effect={effect} />}
            <Card>
              <TextField
                label={t('publish.note')}
                helpText={t('publish.noteHelp')}
                autoComplete="off"
                maxLength={200}
                value={note}
                onChange={setNote}
              />
            </Card>
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <PreviewCard document={document} />
        </Layout.Section>
      </Layout>
      {discard.dialog}
    </Page>
  )
}

function Effect({ effect }: Props) {
  const { t } = useTranslation('program')
  const { live } = useProgram()
  const { document } = useDraft()
  if (!useHydrated() || !live) return <EffectSkeleton />
  return (
    <Suspense fallback={<EffectSkeleton />}>
      <Await resolve={effect} errorElement={<Banner tone="warning" title={t('effect.failed')} />}>
        {(known) => known && <EffectCard live={live.document} draft={document} effect={known} />}
      </Await>
    </Suspense>
  )
}

function usePublish() {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const navigate = useNavigate()
  const { readAgain } = useReadAgain()
  const { send, busy, answer, lost } = useJsonChange<PublishAnswer>()
  useNews(answer, (news) => {
    if (news.outcome === 'published' || news.outcome === 'unchanged') {
      shopify.toast.show(t(`publish.${news.outcome}`, { version: news.version }))
      navigate('/app/program')
    } else void readAgain()
  })
  return { publish: (body: PublishWish) => send(body), busy, answer, lost }
}

function useDiscard() {
  const { t } = useTranslation('program')
  const { revision } = useDraft()
  const { dialog, ask, busy } = useAskedIntent({
    title: t('publish.discardTitle'),
    text: t('publish.discardText'),
    action: t('publish.discard'),
    goTo: '/app/program',
    said: t('publish.discarded'),
  })
  const action = {
    content: t('publish.discard'),
    destructive: true,
    loading: busy,
    onAction: () => ask({ intent: 'discard', revision }),
  }
  return { dialog, action }
}

function Refusal({ answer }: { answer: PublishAnswer }) {
  const { t } = useTranslation('program')
  const { document } = useDraft()
  if (answer.outcome === 'invalid') {
    return <IssueBanner issues={answer.issues} document={document} />
  }
  if (answer.outcome !== 'refused') return null
  const stale = answer.code === 'stale-draft'
  return (
    <div role="alert">
      <Banner tone="warning" title={t(stale ? 'stale.title' : 'publish.refused')}>
        <p>{t(stale ? 'stale.text' : 'publish.refusedText')}</p>
      </Banner>
    </div>
  )
}
