import { useParams } from '@remix-run/react'
import { BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkKind } from '../../../domain/imports/bulk-line.ts'
import { REDACTED } from '../../../domain/text/redacted.ts'
import type { BatchLine } from '../../../loyalty/imports/read-batch.ts'
import { useFirstOfMore } from '../../kit/kept-focus.ts'
import { readJson } from '../../kit/read-json.ts'
import { downloadFile } from '../../kit/save-file.ts'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { problemText } from './problem-text.ts'

type Names = Record<string, string>

interface ProblemsProps {
  lines: BatchLine[]
  total: number
  names: Names
  /** Some could not be posted although the preview was fine. */
  refused: boolean
}

/** Line by line what is wrong: its number in the file, the value that stood there, what is allowed. */
export function ProblemsCard({ lines, total, names, refused }: ProblemsProps) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { place, shown, more, state } = useMoreLines(lines, total, 'problems')
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t(refused ? 'bulk.refusedLines' : 'bulk.wrongLines', {
            count: total,
            number: format.number(total),
          })}
        </Text>
        <div ref={place}>
          <BlockStack gap="200" as="ul">
            {shown.map((line) => (
              <li key={line.line} style={{ listStyle: 'none', overflowWrap: 'anywhere' }}>
                <Text as="span" fontWeight="semibold">
                  {t('bulk.line', { line: line.line })}
                </Text>
                {line.customerId && <> · {names[line.customerId] ?? line.customerId}</>}
                {': '}
                {line.problem && problemText(t, format, { problem: line.problem, value: line.value })}
              </li>
            ))}
          </BlockStack>
        </div>
        <InlineStack gap="200">
          {more && <MoreButton onMore={more} state={state} />}
          <ProblemsDownload />
        </InlineStack>
      </BlockStack>
    </Card>
  )
}

function ProblemsDownload() {
  const { t } = useTranslation('operations')
  const { id } = useParams()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const save = async () => {
    setState('busy')
    const saved = await downloadFile(`/app/operations/bulk/${id}/problems`, `stammgast-lines-${id}.csv`)
    setState(saved ? 'idle' : 'failed')
  }
  return (
    <BlockStack gap="100">
      <Button loading={state === 'busy'} onClick={() => void save()}>
        {t('bulk.problemsFile.download')}
      </Button>
      {state === 'failed' && (
        <Text as="p" tone="critical">
          {t('bulk.problemsFile.failed')}
        </Text>
      )}
    </BlockStack>
  )
}

interface LinesProps {
  kind: BulkKind
  lines: BatchLine[]
  total: number
  names: Names
}

/** What will be posted, or was. */
export function LinesCard({ kind, lines, total, names }: LinesProps) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { place, shown, more, state } = useMoreLines(lines, total, 'good')
  const day = (date: string | null) => (date ? format.day(date) : null)
  return (
    <TitledCard title={t('bulk.goodLines', { count: total, number: format.number(total) })}>
      <div ref={place}>
        <BlockStack gap="200" as="ul">
          {shown.map((line) => (
            <li key={line.line} style={{ listStyle: 'none' }}>
              <InlineStack align="space-between" gap="200" blockAlign="start">
                <BlockStack gap="050">
                  <InlineStack gap="200" align="start">
                    <Text as="span" tone="subdued">
                      {t('bulk.line', { line: line.line })}
                    </Text>
                    <Link url={`/app/members/${line.customerId}`}>
                      {names[line.customerId ?? ''] ?? t('bulk.customer', { number: line.customerId })}
                    </Link>
                  </InlineStack>
                  <Text as="span" variant="bodySm" tone="subdued">
                    {[
                      line.reason === REDACTED ? t('bulk.redacted') : line.reason,
                      kind === 'import' &&
                        day(line.earnedOn) &&
                        t('bulk.earnedOn', { date: day(line.earnedOn) }),
                      day(line.expiresOn) &&
                        t(line.byProgram ? 'bulk.expiresByProgram' : 'bulk.expiresOn', {
                          date: day(line.expiresOn),
                        }),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </Text>
                </BlockStack>
                <BlockStack gap="050" inlineAlign="end">
                  <Text as="span" numeric>
                    {format.signedPoints(line.posted ?? line.points ?? 0)}
                  </Text>
                  {line.posted !== null && line.posted !== line.points && (
                    <Text as="span" variant="bodySm" tone="caution">
                      {t('bulk.partly', { points: format.signedPoints(line.points ?? 0) })}
                    </Text>
                  )}
                </BlockStack>
              </InlineStack>
            </li>
          ))}
        </BlockStack>
      </div>
      {more && <MoreButton onMore={more} state={state} />}
    </TitledCard>
  )
}

type Asking = 'no' | 'now' | 'in-vain'

function MoreButton({ onMore, state }: { onMore: () => Promise<void>; state: Asking }) {
  const { t } = useTranslation('operations')
  return (
    <BlockStack gap="200" inlineAlign="start">
      <Button onClick={() => void onMore()} loading={state === 'now'}>
        {t('bulk.more')}
      </Button>
      <div role="status">{state === 'in-vain' && <Text as="p">{t('bulk.moreFailed')}</Text>}</div>
    </BlockStack>
  )
}

/** The first lines come with the page; the next ones are fetched and stay while the page is asked again. */
function useMoreLines(first: BatchLine[], total: number, which: 'problems' | 'good') {
  const { id } = useParams()
  const [state, setState] = useState<Asking>('no')
  const [rest, setRest] = useState<BatchLine[]>([])
  const last = first.at(-1)?.line ?? 0
  const shown = [...first, ...rest.filter(({ line }) => line > last)]
  const after = shown.at(-1)?.line ?? 0
  const { place, asked } = useFirstOfMore(shown.length, shown.length < total)
  const more = async () => {
    asked()
    setState('now')
    const page = await readJson<{ lines: BatchLine[] }>(
      `/app/operations/bulk/${id}/lines?which=${which}&after=${after}`,
    )
    setState(page ? 'no' : 'in-vain')
    if (page)
      setRest((known) => [...known, ...page.lines.filter(({ line }) => line > (known.at(-1)?.line ?? 0))])
  }
  return { place, shown, state, more: shown.length < total ? more : null }
}
