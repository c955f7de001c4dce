import { Banner, BlockStack, Card, InlineGrid, InlineStack, Link, Text } from '@shopify/polaris'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OpenBatch } from '../../../loyalty/imports/open-batch.ts'
import type { BatchSums, BatchView, SameFile } from '../../../loyalty/imports/read-batch.ts'
import { GivenLifeText } from '../../given-life.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import type { LostAnswer } from '../../kit/lost-answer.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useChange } from '../../kit/use-change.ts'
import { useReadAgain } from '../../kit/use-read-again.ts'
import { useFormat } from '../../use-format.ts'
import { Progress } from '../progress.tsx'
import { SectionPage } from '../section-page.tsx'
import { usePolling } from '../use-polling.ts'
import { BatchBadge } from './bulk-page.tsx'
import { LinesCard, ProblemsCard } from './lines-card.tsx'

export interface BatchAnswer {
  ok: boolean
  intent: 'confirm' | 'discard' | 'undo'
  /** Not confirmed: meanwhile this one of the same content was. */
  sameFile?: SameFile
  /** Not confirmed: meanwhile another version was published, by which points lapse on other days than were shown. */
  daysChanged?: true
}

/** One file: what it would do, how far it is, what it did, and the way back. */
export function BatchPage({
  batch,
  sums,
  problems,
  sample,
  names,
  neverLapses,
  givenNow,
  version,
}: OpenBatch) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { submit, busy, answer, lost } = useChange<BatchAnswer>()
  const [asking, setAsking] = useState<'confirm' | 'undo' | null>(null)
  const { readAgain } = useReadAgain()
  const [told, setTold] = useState<SameFile | null>(null)
  usePolling(batch.status === 'checking' || batch.status === 'running')
  useEffect(() => {
    if (answer) setAsking(null)
    if (answer?.sameFile) setTold(answer.sameFile)
    if (answer?.daysChanged) void readAgain()
  }, [answer, readAgain])
  // Of two that were uploaded before either was posted, only the answer tells: the page was read before that.
  const sameFile = batch.status === 'ready' ? (told ?? batch.sameFile) : null
  const send = (intent: BatchAnswer['intent']) =>
    void submit(
      {
        intent,
        ...(intent === 'confirm' && { version, ...(sameFile && { despite: sameFile.batchId }) }),
      },
      { method: 'post', encType: 'application/json' },
    )
  const many = { count: sums.good, number: format.number(sums.good) }
  const post = sameFile ? t('bulk.sameAgain') : t(sums.wrong > 0 ? 'bulk.postSome' : 'bulk.post', many)
  const canUndo = batch.status === 'done' && batch.undoes === null && batch.undoneBy === null && sums.good > 0
  const life = batch.status === 'ready' && <Life batch={batch} sums={sums} givenNow={givenNow} />
  return (
    <SectionPage
      title={batch.fileName}
      intro={t(batch.undoes === null ? `bulk.kind.${batch.kind}` : 'bulk.undoOf', { id: batch.undoes })}
      back={{ content: t('bulk.title'), url: '/app/operations/bulk' }}
      {...(batch.status === 'ready' &&
        sums.good > 0 && {
          primaryAction: { content: post, loading: busy, onAction: () => setAsking('confirm') },
        })}
      secondaryActions={[
        ...(batch.status === 'ready' || batch.status === 'checking'
          ? [{ content: t('bulk.discard'), disabled: busy, onAction: () => send('discard') }]
          : []),
        ...(canUndo
          ? [{ content: t('bulk.undo'), destructive: true, onAction: () => setAsking('undo') }]
          : []),
      ]}
    >
      {lost && asking === null && <LostBanner why={lost} repeatable />}
      {answer && !answer.ok && !answer.sameFile && (
        <Banner tone="critical">
          <Text as="p">{t(answer.daysChanged ? 'bulk.daysChanged' : 'bulk.notPossible')}</Text>
        </Banner>
      )}
      <Notes batch={batch} sameFile={sameFile} sums={sums} neverLapses={neverLapses} />
      <Card>
        <BlockStack gap="400">
          <InlineStack>
            <BatchBadge batch={batch} />
          </InlineStack>
          <State batch={batch} sums={sums} />
          <Figures batch={batch} sums={sums} />
          {life}
        </BlockStack>
      </Card>
      {problems.length > 0 && (
        <ProblemsCard
          lines={problems}
          total={sums.wrong + sums.refused}
          names={names}
          refused={sums.refused > 0}
        />
      )}
      {sample.length > 0 && <LinesCard kind={batch.kind} lines={sample} total={sums.good} names={names} />}
      {asking && (
        <Question
          asking={asking}
          agree={asking === 'undo' ? t('bulk.undo') : post}
          sums={sums}
          life={life}
          sameFile={sameFile}
          busy={busy}
          lost={lost}
          onAgree={() => send(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </SectionPage>
  )
}

interface QuestionProps {
  asking: 'confirm' | 'undo'
  /** The words of the button that agrees. */
  agree: string
  sums: BatchSums
  /** How long the points last that are given. */
  life: ReactNode
  sameFile: SameFile | null
  busy: boolean
  lost: LostAnswer['lost'] | undefined
  onAgree: () => void
  onClose: () => void
}

/** What is asked before anything is posted or taken back. */
function Question({ asking, agree, sums, life, sameFile, busy, lost, onAgree, onClose }: QuestionProps) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const undo = asking === 'undo'
  return (
    <Dialog
      onClose={onClose}
      title={t(undo ? 'bulk.undoTitle' : sameFile ? 'bulk.sameConfirmTitle' : 'bulk.confirmTitle')}
      primaryAction={{ content: agree, destructive: undo, loading: busy, onAction: onAgree }}
      secondaryActions={[{ content: t('bulk.back'), onAction: onClose }]}
    >
      <Dialog.Section>
        <BlockStack gap="300">
          {lost && <LostBanner why={lost} repeatable />}
          {sameFile && (
            <Text as="p">{t('bulk.sameText', { at: format.dateTime(new Date(sameFile.at)) })}</Text>
          )}
          <Text as="p">
            {undo
              ? t('bulk.undoText')
              : t('bulk.confirmText', {
                  members: t('bulk.members', { count: sums.members, number: format.number(sums.members) }),
                  plus: format.points(sums.plus),
                  minus: format.points(sums.minus),
                })}
          </Text>
          {life}
        </BlockStack>
      </Dialog.Section>
    </Dialog>
  )
}

/** What is brought along has days of its own, each told on its line, unless only inactivity counts. */
function Life({ batch, sums, givenNow }: Pick<OpenBatch, 'batch' | 'sums' | 'givenNow'>) {
  const ownDays = batch.kind === 'import'
  if (sums.plus === 0 || (ownDays && givenNow?.idleMonths === null)) return null
  // That their dates are not used is said above.
  if (givenNow === null && sums.dated > 0) return null
  return <GivenLifeText life={givenNow} fromOwnDays={ownDays} />
}

interface NotesProps extends Pick<OpenBatch, 'batch' | 'sums' | 'neverLapses'> {
  sameFile: SameFile | null
}

function Notes({ batch, sameFile, sums, neverLapses }: NotesProps) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  return (
    <BlockStack gap="300">
      {sameFile && (
        <Banner tone="warning" title={t('bulk.sameTitle')}>
          <Text as="p">{t('bulk.sameText', { at: format.dateTime(new Date(sameFile.at)) })}</Text>
          <Link url={`/app/operations/bulk/${sameFile.batchId}`}>{t('bulk.sameOpen')}</Link>
        </Banner>
      )}
      {(batch.status === 'ready' || batch.status === 'checking') && neverLapses && sums.dated > 0 && (
        <Banner tone="warning" title={t('bulk.datesUnusedTitle')}>
          <Text as="p">
            {t('bulk.datesUnused', { count: sums.dated, number: format.number(sums.dated) })}
          </Text>
        </Banner>
      )}
      {batch.error && (
        <Banner tone="warning">
          <Text as="p">{t('bulk.stalled')}</Text>
        </Banner>
      )}
      {batch.undoneBy !== null && (
        <Banner tone="info">
          <Link url={`/app/operations/bulk/${batch.undoneBy}`}>{t('bulk.undoneBy')}</Link>
        </Banner>
      )}
      {batch.undoes !== null && batch.status === 'done' && sums.refused > 0 && (
        <Banner tone="warning">
          <Text as="p">{t('bulk.undoPartly', { count: sums.refused })}</Text>
        </Banner>
      )}
    </BlockStack>
  )
}

function State({ batch, sums }: { batch: BatchView; sums: BatchSums }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const of = (done: number, total: number) => ({ done: format.number(done), total: format.number(total) })
  if (batch.status === 'checking')
    return (
      <Progress
        id="batch-state"
        done={batch.checked}
        total={batch.lines}
        text={t('bulk.checkingText', of(batch.checked, batch.lines))}
      />
    )
  if (batch.status === 'running') {
    const total = batch.lines - sums.wrong
    return (
      <Progress
        id="batch-state"
        done={batch.done}
        total={total}
        text={t('bulk.runningText', of(batch.done, total))}
      />
    )
  }
  if (batch.status === 'ready')
    return (
      <Text as="p">
        {sums.good === 0
          ? t('bulk.nothingGood')
          : sums.wrong > 0
            ? t('bulk.readyWrong', { count: sums.wrong, number: format.number(sums.wrong) })
            : t('bulk.readyText')}
      </Text>
    )
  if (batch.status === 'discarded') return <Text as="p">{t('bulk.discardedText')}</Text>
  return (
    <Text as="p">
      {t('bulk.doneText', {
        count: sums.good,
        number: format.number(sums.good),
        at: format.dateTime(new Date(batch.finishedAt ?? batch.createdAt)),
      })}
    </Text>
  )
}

function Figures({ batch, sums }: { batch: BatchView; sums: BatchSums }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  if (batch.status === 'discarded') return null
  const posted = batch.status === 'checking' || batch.status === 'ready' ? 'planned' : 'figure'
  const figures = [
    [t('bulk.figure.lines'), format.number(batch.lines)],
    [t('bulk.figure.members'), format.number(sums.members)],
    [t(`bulk.${posted}.plus`), sums.plus > 0 ? `+${format.number(sums.plus)}` : '0'],
    [t(`bulk.${posted}.minus`), sums.minus > 0 ? `−${format.number(sums.minus)}` : '0'],
  ] as const
  return (
    <InlineGrid columns={{ xs: 2, sm: 4 }} gap="300">
      {figures.map(([label, value]) => (
        <BlockStack key={label} gap="050">
          <Text as="span" variant="bodySm" tone="subdued">
            {label}
          </Text>
          <Text as="span" variant="headingMd" numeric>
            {value}
          </Text>
        </BlockStack>
      ))}
    </InlineGrid>
  )
}
