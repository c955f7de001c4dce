import {
  Badge,
  Banner,
  BlockStack,
  Button,
  Card,
  ChoiceList,
  DropZone,
  InlineStack,
  Link,
  List,
  Text,
} from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkKind } from '../../../domain/imports/bulk-line.ts'
import type { BatchView } from '../../../loyalty/imports/read-batch.ts'
import type { FileProblem } from '../../../loyalty/imports/read-file.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { saveFile } from '../../kit/save-file.ts'
import { useChange } from '../../kit/use-change.ts'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { SectionPage } from '../section-page.tsx'

export interface UploadRefused {
  problem: FileProblem
  line: number | null
  value: string
}

interface Props {
  kind: BulkKind
  batches: BatchView[]
}

/** Points for many members from one file: choose what it is, upload it, and the files of before. */
export function BulkPage({ kind: chosen, batches }: Props) {
  const { t } = useTranslation('operations')
  const { submit, busy, answer, lost } = useChange<{ refused: UploadRefused }>()
  const [kind, setKind] = useState<BulkKind>(chosen)
  const refused = answer?.refused
  const upload = (file: File | undefined) => {
    if (!file) return
    const form = new FormData()
    form.set('kind', kind)
    form.set('file', file)
    void submit(form, { method: 'post', encType: 'multipart/form-data' })
  }
  return (
    <SectionPage title={t('bulk.title')} intro={t('bulk.intro')}>
      <Card>
        <BlockStack gap="400">
          <ChoiceList
            title={t('bulk.what')}
            choices={(['adjustment', 'import'] as const).map((value) => ({
              value,
              label: t(`bulk.kind.${value}`),
              helpText: t(`bulk.kindHelp.${value}`),
            }))}
            selected={[kind]}
            onChange={([value]) => setKind(value === 'import' ? 'import' : 'adjustment')}
            disabled={busy}
          />
          <Format kind={kind} />
          {lost && <LostBanner why={lost} text={t('bulk.uploadLost')} />}
          {refused && (
            <Banner tone="critical" title={t('bulk.refusedTitle')}>
              <Text as="p">
                {refused.line !== null && `${t('bulk.line', { line: refused.line })}: `}
                {t(`bulk.file.${refused.problem}`, { value: refused.value })}
              </Text>
            </Banner>
          )}
          <DropZone
            label={t('bulk.drop')}
            accept=".csv,.txt,text/csv"
            type="file"
            allowMultiple={false}
            disabled={busy}
            onDrop={(_all, accepted, rejected) => upload(accepted[0] ?? rejected[0])}
          >
            <DropZone.FileUpload
              actionTitle={t(busy ? 'bulk.uploading' : 'bulk.choose')}
              actionHint={t('bulk.hint')}
            />
          </DropZone>
        </BlockStack>
      </Card>
      <Batches batches={batches} />
    </SectionPage>
  )
}

const EXAMPLE: Record<BulkKind, { de: string; en: string }> = {
  adjustment: {
    de: 'kundennummer;e-mail;punkte;grund\n7001234567890;;250;Kulanz nach Lieferverzug\n;mara@beispiel.example;-40;Doppelte Gutschrift\n',
    en: 'customer id,e-mail,points,reason\n7001234567890,,250,Goodwill after a late delivery\n,mara@sample.example,-40,Credited twice\n',
  },
  import: {
    de: 'kundennummer;e-mail;punkte;verdient am;gültig bis\n7001234567890;;1200;03.05.2026;31.12.2027\n;mara@beispiel.example;80;17.09.2026;\n',
    en: 'customer id,e-mail,points,earned on,expires on\n7001234567890,,1200,2026-05-03,2027-12-31\n,mara@sample.example,80,2026-09-17,\n',
  },
}

function Format({ kind }: { kind: BulkKind }) {
  const { t } = useTranslation('operations')
  const { language } = useFormat()
  const columns =
    kind === 'adjustment'
      ? (['who', 'points', 'reason'] as const)
      : (['who', 'opening', 'earned', 'expires'] as const)
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingSm">
        {t('bulk.format')}
      </Text>
      <List>
        {columns.map((column) => (
          <List.Item key={column}>{t(`bulk.column.${column}`)}</List.Item>
        ))}
      </List>
      <InlineStack>
        <Button variant="plain" onClick={() => saveExample(kind, language)}>
          {t('bulk.example')}
        </Button>
      </InlineStack>
    </BlockStack>
  )
}

/** With a byte order mark, so that Excel reads the umlauts. */
function saveExample(kind: BulkKind, language: 'de' | 'en') {
  const content = new Blob(['\uFEFF', EXAMPLE[kind][language]], { type: 'text/csv' })
  saveFile(`stammgast-${kind}.csv`, content)
}

function Batches({ batches }: { batches: BatchView[] }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  if (batches.length === 0) return null
  return (
    <TitledCard title={t('bulk.before')}>
      <BlockStack gap="300" as="ul">
        {batches.map((batch) => (
          <li key={batch.batchId} style={{ listStyle: 'none' }}>
            <InlineStack gap="200" align="space-between" blockAlign="start">
              <BlockStack gap="050">
                <Link url={`/app/operations/bulk/${batch.batchId}`}>{batch.fileName}</Link>
                <Text as="span" variant="bodySm" tone="subdued">
                  {t(batch.undoes === null ? `bulk.kind.${batch.kind}` : 'bulk.undoOf', {
                    id: batch.undoes,
                  })}{' '}
                  · {format.dateTime(new Date(batch.createdAt))} ·{' '}
                  {t('bulk.lines', { count: batch.lines, number: format.number(batch.lines) })}
                </Text>
              </BlockStack>
              <BatchBadge batch={batch} />
            </InlineStack>
          </li>
        ))}
      </BlockStack>
    </TitledCard>
  )
}

export function BatchBadge({ batch }: { batch: BatchView }) {
  const { t } = useTranslation('operations')
  if (batch.undoneBy !== null) return <Badge>{t('bulk.status.undone')}</Badge>
  const tones = {
    checking: 'info',
    ready: 'attention',
    running: 'info',
    done: 'success',
    discarded: undefined,
  } as const
  const tone = tones[batch.status]
  return <Badge {...(tone && { tone })}>{t(`bulk.status.${batch.status}`)}</Badge>
}
