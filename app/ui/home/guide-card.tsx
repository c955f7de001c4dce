import { Badge, BlockStack, Box, Button, Card, InlineStack, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GuideState } from '../../loyalty/pages/open-home.ts'
import { Bar } from '../kit/bar.tsx'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useDraftIntent } from '../program/draft/use-draft-intent.ts'
import { useShop } from '../use-shop.ts'
import type { ChangeSettings } from './use-change-settings.ts'

/** Where the focus goes when the button that had it is gone. */
export const GUIDE_TITLE = 'guide-title'

interface Props {
  state: GuideState
  apiKey: string
  settings: ChangeSettings
}

/** The first steps. What is done is read from the shop's real state wherever that can be seen. */
export function GuideCard({ state, apiKey, settings }: Props) {
  const { t } = useTranslation('guide')
  const { t: program } = useTranslation('program')
  const { domain } = useShop()
  // Here and not beside its button, which is gone when the answer comes.
  const start = useDraftIntent({ goTo: '/app/program' })
  const done = [state.program === 'published', state.block, state.order !== null]
  const count = done.filter(Boolean).length
  const editor = `https://${domain}/admin/themes/current/editor?context=apps&activateAppId=${apiKey}/panel`
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <BlockStack gap="100">
            <div id={GUIDE_TITLE} tabIndex={-1} style={{ outline: 'none' }}>
              <Text as="h2" variant="headingMd">
                {t('title')}
              </Text>
            </div>
            <Text as="p" tone="subdued" id="guide-progress">
              {t('progress', { count, total: done.length })}
            </Text>
          </BlockStack>
          <Button variant="tertiary" onClick={() => settings.send({ guideDismissed: true })}>
            {t(count === done.length ? 'close' : 'dismiss')}
          </Button>
        </InlineStack>
        {settings.lost && <LostBanner why={settings.lost} repeatable />}
        <Bar share={count / done.length} labelledBy="guide-progress" />
        <BlockStack gap="400" as="ol">
          <Step
            number={1}
            done={done[0] === true}
            title={t('program.title')}
            text={t(`program.${state.program}`)}
          >
            {state.program === 'none' ? (
              <BlockStack gap="200">
                {start.lost && <LostBanner why={start.lost} repeatable />}
                <Button
                  variant="primary"
                  loading={start.busy}
                  onClick={() => start.send({ intent: 'start' })}
                >
                  {program('start.action')}
                </Button>
              </BlockStack>
            ) : state.program === 'draft' ? (
              <Button variant="primary" url="/app/program">
                {t('program.review')}
              </Button>
            ) : (
              <Button url="/app/operations/past-orders">{t('program.pastOrders')}</Button>
            )}
          </Step>
          <Step number={2} done={done[1] === true} title={t('block.title')} text={t('block.text')}>
            <Button url={editor} target="_blank">
              {t('block.open')}
            </Button>
            {!state.block && (
              <Button
                variant="tertiary"
                loading={settings.busy}
                onClick={() => settings.send({ themeBlockDone: true })}
              >
                {t('block.done')}
              </Button>
            )}
          </Step>
          <Step
            number={3}
            done={done[2] === true}
            title={t('order.title')}
            text={
              state.order
                ? t(state.order.earned ? 'order.came' : 'order.cameTest', { name: state.order.name })
                : t('order.text')
            }
          >
            {!state.order && (
              <Text as="p" tone="subdued">
                {t('order.development')}
              </Text>
            )}
          </Step>
        </BlockStack>
      </BlockStack>
    </Card>
  )
}

interface StepProps {
  number: number
  done: boolean
  title: string
  text: string
  children?: ReactNode
}

function Step({ number, done, title, text, children }: StepProps) {
  const { t } = useTranslation('guide')
  return (
    <Box as="li">
      <BlockStack gap="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h3" variant="headingSm">
            {number}. {title}
          </Text>
          {done && <Badge tone="success">{t('done')}</Badge>}
        </InlineStack>
        <Text as="p" tone={done ? 'subdued' : undefined}>
          {text}
        </Text>
        {children && <InlineStack gap="200">{children}</InlineStack>}
      </BlockStack>
    </Box>
  )
}
