import { useNavigate } from '@remix-run/react'
import { SaveBar, useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Layout, List, Page, type PageProps } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../domain/program.ts'
import type { ProgramIssue } from '../../domain/validate-program.ts'
import { issuePlace, issueText } from './issue-text.ts'
import { SAVE_BAR, type Section } from './use-section.ts'

interface Props extends Pick<PageProps, 'title' | 'subtitle' | 'secondaryActions' | 'titleMetadata'> {
  // biome-ignore lint/suspicious/noExplicitAny: the page does not look at the form's value
  section: Section<any>
  /** Where the arrow beside the title leads. */
  back: { label: string; to: string }
  /** Paths that the form shows errors at by itself; others are listed on top. */
  shows: (path: string) => boolean
  children: ReactNode
  /** Beside the form, below it on a phone. */
  aside?: ReactNode
}

/** A page with one form over the draft: save bar, what is wrong, and what happens when somebody else saved. */
export function SectionPage({ section, back, shows, children, aside, ...page }: Props) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const shopify = useAppBridge()
  const navigate = useNavigate()
  const leave = async () => {
    await shopify.saveBar?.leaveConfirmation?.()
    navigate(back.to)
  }
  const elsewhere = section.issues.filter((issue) => !shows(issue.path))
  return (
    <Page {...page} backAction={{ content: back.label, onAction: leave }}>
      <SaveBar id={SAVE_BAR} open={section.dirty}>
        <button variant="primary" type="button" onClick={section.save} disabled={section.saving}>
          {common('action.save')}
        </button>
        <button type="button" onClick={section.discard} disabled={section.saving}>
          {common('action.discard')}
        </button>
      </SaveBar>
      <Layout>
        <Layout.Section>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              section.save()
            }}
          >
            <BlockStack gap="400">
              {section.stale && (
                <Banner
                  tone="warning"
                  title={t('stale.title')}
                  action={{ content: t('stale.reload'), onAction: section.reload }}
                >
                  <p>{t('stale.text')}</p>
                </Banner>
              )}
              {section.issues.length > 0 && <Issues issues={elsewhere} document={section.document} />}
              {children}
            </BlockStack>
            <input type="submit" hidden />
          </form>
        </Layout.Section>
        {aside && <Layout.Section variant="oneThird">{aside}</Layout.Section>}
      </Layout>
    </Page>
  )
}

function Issues({ issues, document }: { issues: ProgramIssue[]; document: Program }) {
  const { t } = useTranslation('program')
  return (
    <Banner tone="critical" title={t('issue.title')}>
      {issues.length > 0 && (
        <List>
          {issues.map((issue) => (
            <List.Item key={issue.path}>
              {issuePlace(t, issue, document)}: {issueText(t, issue, document)}
            </List.Item>
          ))}
        </List>
      )}
    </Banner>
  )
}
