import { Banner, List } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ProgramIssue } from '../../../domain/document/program-issue.ts'
import { useFormat } from '../../use-format.ts'
import { issueText, placeText } from './issue-text.ts'

interface Props {
  /** Those that no field says; there may be none of them where fields say all. */
  issues: ProgramIssue[]
  document: unknown
}

/** What is wrong with a program, each with its place. */
export function IssueBanner({ issues, document }: Props) {
  const { t } = useTranslation('program')
  const format = useFormat()
  return (
    <div role="alert">
      <Banner tone="critical" title={t('issue.title')}>
        {issues.length > 0 && (
          <List>
            {issues.map((issue) => (
              <List.Item key={issue.path}>
                {placeText(t, issue.path, document, format)}: {issueText(t, issue, document, format)}
              </List.Item>
            ))}
          </List>
        )}
      </Banner>
    </div>
  )
}
