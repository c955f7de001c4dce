import { useFetcher } from '@remix-run/react'
import { Badge, BlockStack, Box, Button, Card, InlineStack, ProgressBar, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { StartButton } from '../program/start-page.tsx'
import { useShop } from '../use-shop.ts'

export interface GuideState {
  program: 'none' | 'draft' | 'published'
  /** The merchant has confirmed it: the app may not read themes. */
  block: boolean
  /** The latest order that has come in, "#1042". */
  order: string | null
}

/** The first steps. What is done is read from the shop's real state wherever that can be seen. */
export function GuideCard({ state, apiKey }: { state: GuideState; apiKey: string }) {
  const { t } = useTranslation('guide')
  const { domain } = useShop()
  const fetcher = useFetcher()
  const done = [state.program === 'published', state.block, state.order !== null]
  const count = done.filter(Boolean).length
  const editor = `https://${domain}/admin/themes/current/editor?context=apps&activateAppId=${apiKey}/panel`
  const send = (body: object) =>
    fetcher.submit(JSON.parse(JSON.stringify(body)), {
      method: 'POST',
      action: '/app/settings',
      encType: 'application/json',
    })
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              {t('title')}
            </Text>
            <Text as="p" tone="subdued">
              {t('progress', { count, total: done.length })}
            </Text>
          </BlockStack>
          <Button variant="tertiary" onClick={() => send({ guideDismissed: true })}>
            {t(count === done.length ? 'close' : 'dismiss')}
          </Button>
        </InlineStack>
        <ProgressBar progress={(count / done.length) * 100} size="small" ariaLabelledBy="guide-steps" />
        <BlockStack gap="400" as="ol" id="guide-steps">
          <Step
            number={1}
            done={done[0] === true}
            title={t('program.title')}
            text={t(`program.${state.program}`)}
          >
            {state.program === 'none' ? (
              <StartButton />
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
                loading={fetcher.state !== 'idle'}
                onClick={() => send({ themeBlockDone: true })}
              >
                {t('block.done')}
              </Button>
            )}
          </Step>
          <Step
            number={3}
            done={done[2] === true}
            title={t('order.title')}
            text={state.order ? t('order.came', { name: state.order }) : t('order.text')}
          />
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
