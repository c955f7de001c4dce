import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node'
import { Await, useLoaderData, useNavigate } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Card, Layout, Page, Text, TextField } from '@shopify/polaris'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { withShop } from '../db/db.server.ts'
import { isDomainError } from '../domain/text/errors.ts'
import { compileWindow, localDate } from '../domain/time/time-window.ts'
import { readPublishEffect } from '../loyalty/numbers/read-publish-effect.ts'
import { programVersions } from '../loyalty/program/program-store.ts'
import { type PublishResult, publishProgram } from '../loyalty/program/publish-program.ts'
import { workingDraft } from '../loyalty/program/save-draft.ts'
import { adminRequest, sentJson } from '../requests/admin-request.server.ts'
import { rowRevision } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { LostBanner } from '../ui/kit/lost-banner.tsx'
import { useJsonChange, useNews } from '../ui/kit/use-change.ts'
import { useReadAgain } from '../ui/kit/use-read-again.ts'
import { IssueBanner } from '../ui/program/draft/issue-banner.tsx'
import { useAskedIntent } from '../ui/program/draft/use-asked-intent.tsx'
import { useDraft, useProgram } from '../ui/program/draft/use-program.ts'
import { PreviewCard } from '../ui/program/preview-card.tsx'
import { ChangeList, ContentList } from '../ui/program/publish/change-list.tsx'
import { EffectCard, EffectSkeleton } from '../ui/program/publish/effect-card.tsx'
import { HintList } from '../ui/program/publish/hint-list.tsx'
import { isPastDay, SinceField } from '../ui/program/publish/since-field.tsx'
import { TitledCard } from '../ui/titled-card.tsx'
import { useHydrated } from '../ui/use-hydrated.ts'
import { useShop } from '../ui/use-shop.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const read = async () =>
    withShop(shop.shopId, async (tx) => {
      const draft = await workingDraft(tx, shop.shopId)
      const [live] = await programVersions(tx, shop.shopId)
      if (!draft || !live) return null
      return readPublishEffect(tx, shop, { live: live.document, draft: draft.document }, Date.now())
    })
  // Counting a large shop's members takes a moment: the page does not wait for it.
  return { effect: read() }
}

const asked = z.strictObject({
  revision: rowRevision,
  /** "2026-01-01": count orders placed since that day began in the shop's zone. First version only. */
  countFrom: z.iso.date().nullable(),
  note: z.string().trim().max(200),
})

type Answer = PublishResult | { outcome: 'refused'; code: string }

export async function action({ request }: ActionFunctionArgs) {
  const { shop, actor } = await adminRequest(request)
  const { revision, countFrom, note } = await sentJson(request, asked)
  const start = countFrom && `${countFrom}T00:00`
  try {
    const result = await withShop(shop.shopId, (tx) =>
      publishProgram(tx, shop, {
        revision,
        note,
        actor,
        countFrom: start ? new Date(compileWindow({ start, end: null, timeZone: shop.timeZone }).from) : null,
      }),
    )
    return result.outcome === 'invalid' ? data(result satisfies Answer, 422) : result
  } catch (error) {
    if (!isDomainError(error, 'stale-draft', 'program-missing', 'invalid-payload')) throw error
    return data({ outcome: 'refused', code: error.code } satisfies Answer, 409)
  }
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Publish() {
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
            {live && changed && <Effect />}
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

function Effect() {
  const { t } = useTranslation('program')
  const { effect } = useLoaderData<typeof loader>()
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
  const { send, busy, answer, lost } = useJsonChange<Answer>()
  useNews(answer, (news) => {
    if (news.outcome === 'published' || news.outcome === 'unchanged') {
      shopify.toast.show(t(`publish.${news.outcome}`, { version: news.version }))
      navigate('/app/program')
    } else void readAgain()
  })
  return { publish: (body: z.infer<typeof asked>) => send(body), busy, answer, lost }
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

function Refusal({ answer }: { answer: Answer }) {
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
