import { type ActionFunctionArgs, data } from '@remix-run/node'
import { useFetcher, useNavigate } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import {
  Banner,
  BlockStack,
  Card,
  ChoiceList,
  FormLayout,
  Layout,
  Page,
  Text,
  TextField,
} from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { withShop } from '../db.server.ts'
import { isDomainError } from '../domain/errors.ts'
import { compileWindow, localDate } from '../domain/time-window.ts'
import { type PublishResult, publishProgram } from '../loyalty/publish-program.ts'
import { ChangeList } from '../ui/program/change-list.tsx'
import { PreviewCard } from '../ui/program/preview-card.tsx'
import { useDraftIntent } from '../ui/program/use-draft-intent.ts'
import { useDraft, useProgram } from '../ui/program/use-program.ts'
import { TitledCard } from '../ui/titled-card.tsx'
import { useShop } from '../ui/use-shop.ts'

const asked = z.strictObject({
  revision: z.int().min(0),
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

export default function Publish() {
  const { t } = useTranslation('program')
  const { live, changed, now } = useProgram()
  const { document, revision } = useDraft()
  const { timeZone } = useShop()
  const [since, setSince] = useState<'now' | 'day'>('now')
  const [day, setDay] = useState(() => `${localDate(now, timeZone).slice(0, 4)}-01-01`)
  const [note, setNote] = useState('')
  const { submit, busy, answer } = usePublish()
  const drop = useDraftIntent('/app/program', t('publish.discarded'))
  const publish = () => submit({ revision, note, countFrom: !live && since === 'day' ? day : null })
  return (
    <Page
      title={t('publish.title')}
      backAction={{ content: t('title'), url: '/app/program' }}
      primaryAction={{ content: t('publish.action'), onAction: publish, loading: busy, disabled: !changed }}
      secondaryActions={
        live && changed
          ? [
              {
                content: t('publish.discard'),
                onAction: () => drop.send({ intent: 'discard', revision }),
                loading: drop.busy,
                destructive: true,
              },
            ]
          : []
      }
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {answer && <Refusal answer={answer} />}
            {!changed && <Banner tone="success" title={t('publish.nothing')} />}
            {live ? (
              <TitledCard title={t('publish.changes', { version: live.version })}>
                <ChangeList before={live.document} after={document} />
                <Text as="p" tone="subdued">
                  {t('publish.fromNow')}
                </Text>
              </TitledCard>
            ) : (
              <Card>
                <FormLayout>
                  <ChoiceList
                    title={t('publish.since')}
                    selected={[since]}
                    onChange={([choice]) => setSince(choice as 'now' | 'day')}
                    choices={[
                      { value: 'now', label: t('publish.sinceNow') },
                      {
                        value: 'day',
                        label: t('publish.sinceDay'),
                        helpText: t('publish.sinceDayHelp'),
                        renderChildren: (selected) =>
                          selected && (
                            <TextField
                              label={t('publish.day')}
                              type="date"
                              autoComplete="off"
                              max={localDate(now, timeZone)}
                              value={day}
                              onChange={setDay}
                            />
                          ),
                      },
                    ]}
                  />
                </FormLayout>
              </Card>
            )}
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
    </Page>
  )
}

function usePublish() {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const navigate = useNavigate()
  const fetcher = useFetcher<Answer>()
  const answer = fetcher.data
  useEffect(() => {
    if (answer?.outcome !== 'published' && answer?.outcome !== 'unchanged') return
    shopify.toast.show(t(`publish.${answer.outcome}`, { version: answer.version }))
    navigate('/app/program')
  }, [answer, shopify, navigate, t])
  const submit = (body: z.infer<typeof asked>) =>
    fetcher.submit(body, { method: 'POST', encType: 'application/json' })
  return { submit, busy: fetcher.state !== 'idle', answer }
}

function Refusal({ answer }: { answer: Answer }) {
  const { t } = useTranslation('program')
  if (answer.outcome === 'invalid') {
    return (
      <Banner tone="critical" title={t('issue.title')}>
        <p>{answer.issues.map((issue) => issue.path).join(', ')}</p>
      </Banner>
    )
  }
  if (answer.outcome !== 'refused') return null
  const stale = answer.code === 'stale-draft'
  return (
    <Banner tone="warning" title={t(stale ? 'stale.title' : 'publish.refused')}>
      <p>{t(stale ? 'stale.text' : 'publish.refusedText')}</p>
    </Banner>
  )
}
