import { List, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../domain/program.ts'
import { programChanges } from '../../domain/program-changes.ts'
import { useFormat } from '../use-format.ts'
import { changeText } from './change-text.ts'
import { useTitles } from './use-program.ts'

/** What publishing changes, one line for each thing: all of what is new or gone, old and new value of what differs. */
export function ChangeList({ before, after }: { before: Program; after: Program }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const format = useFormat()
  const titles = useTitles()
  const changes = programChanges(before, after)
  if (changes.length === 0) {
    return (
      <Text as="p" tone="subdued">
        {t('change.none')}
      </Text>
    )
  }
  return (
    <List>
      {changes.map((change) => (
        <List.Item key={`${change.part}-${change.id ?? ''}-${change.kind}`}>
          {changeText(change, { t, common, format, titles, before, after })}
        </List.Item>
      ))}
    </List>
  )
}

/** All that a program's campaigns, tiers and rewards say, where there is nothing to compare with. */
export function ContentList({ document }: { document: Program }) {
  const nothing: Program = {
    ...document,
    campaigns: [],
    tiers: { ...document.tiers, levels: [] },
    rewards: [],
  }
  return <ChangeList before={nothing} after={document} />
}
