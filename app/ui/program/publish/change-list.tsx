import { List, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../../domain/program/program.ts'
import { programChanges } from '../../../domain/program/program-changes.ts'
import { useFormat } from '../../use-format.ts'
import { ruleTexts } from '../describe.ts'
import { useTitles } from '../draft/use-program.ts'
import { changeText } from './change-text.ts'

/** What publishing changes, one line for each thing: all of what is new or gone, old and new value of what differs. */
export function ChangeList({ before, after }: { before: Program; after: Program }) {
  const { t } = useTranslation('program')
  const lines = useChanges(before, after)
  if (lines.length === 0) {
    return (
      <Text as="p" tone="subdued">
        {t('change.none')}
      </Text>
    )
  }
  return <Lines lines={lines} />
}

/** All that a program says, where there is nothing to compare with. */
export function ContentList({ document }: { document: Program }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const nothing: Program = {
    ...document,
    sources: [],
    campaigns: [],
    tiers: { ...document.tiers, levels: [] },
    rewards: [],
  }
  return <Lines lines={[...ruleTexts(t, document, format), ...useChanges(nothing, document)]} />
}

function useChanges(before: Program, after: Program): string[] {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const format = useFormat()
  const titles = useTitles()
  return programChanges(before, after).map((change) =>
    changeText(change, { t, common, format, titles, before, after }),
  )
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <List>
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  )
}
