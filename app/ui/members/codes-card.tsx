import { Badge, BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'
import { type Deeds, OpenDeeds, useDeeds } from './changes/deeds.tsx'
import { EndCodeDialog } from './changes/end-code-dialog.tsx'

type Code = MemberPageView['codes'][number]

const TONES: Partial<Record<string, 'success' | 'critical'>> = { ready: 'success', uncovered: 'critical' }

/** What is reserved for rewards, whether each code can be used, and a way to take it back. */
export function CodesCard({ codes }: Pick<MemberPageView, 'codes'>) {
  const { t } = useTranslation('members')
  // Kept here and not with its code, which is gone from the list when the answer comes.
  const [asked, setAsked] = useState<Code | null>(null)
  const deeds = useDeeds()
  return (
    <TitledCard title={t('codes.heading')}>
      {codes.length === 0 && (
        <Text as="p" tone="subdued">
          {t('codes.empty')}
        </Text>
      )}
      {deeds.news}
      {codes.map((code) => (
        <OpenCode key={code.id} code={code} deeds={deeds} onEnd={() => setAsked(code)} />
      ))}
      {deeds.dialog}
      {asked && <EndCodeDialog code={asked} onClose={() => setAsked(null)} />}
    </TitledCard>
  )
}

function OpenCode({ code, deeds, onEnd }: { code: Code; deeds: Deeds; onEnd: () => void }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const free = code.status === 'ready' || code.status === 'preparing'
  const shown = code.code ?? code.shownCode
  const standing = code.shownCode === null ? code.status : 'open'
  return (
    <BlockStack gap="050">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="span" fontWeight="semibold">
          {code.rewardName}
        </Text>
        {code.status === 'used' ? (
          <Badge>{t(`rewards:${code.kind}.short`)}</Badge>
        ) : (
          <Badge tone={TONES[code.status] ?? 'attention'}>{t(`codes.status.${standing}`)}</Badge>
        )}
      </InlineStack>
      <Text as="p">
        {shown !== null && <code>{shown}</code>}
        {shown !== null && ' · '}
        {format.points(code.cost)}
      </Text>
      <Text as="p" variant="bodySm" tone="subdued">
        {code.status === 'used'
          ? code.made
          : shown === null
            ? [t('codes.making'), code.lapse].filter(Boolean).join(' ')
            : free
              ? t('codes.until', { date: format.date(new Date(code.endsAt)) })
              : t(`codes.${code.status}`, { order: code.orderName })}
      </Text>
      {code.shownCode !== null && (
        <OpenDeeds one={{ ...code, code: code.shownCode, points: code.cost }} deeds={deeds} />
      )}
      {code.revocable && (
        <InlineStack>
          <Button
            variant="plain"
            size="slim"
            disabled={deeds.busy}
            accessibilityLabel={t('toDo.takeBackOf', { reward: code.rewardName })}
            onClick={() => deeds.ask({ ...code, code: null, points: code.cost }, 'take-back')}
          >
            {t('toDo.take-back')}
          </Button>
        </InlineStack>
      )}
      {free && code.code !== null && (
        <InlineStack>
          <Button
            variant="plain"
            size="slim"
            accessibilityLabel={t('endCode.actionOf', { code: code.code })}
            onClick={onEnd}
          >
            {t('endCode.action')}
          </Button>
        </InlineStack>
      )}
    </BlockStack>
  )
}
