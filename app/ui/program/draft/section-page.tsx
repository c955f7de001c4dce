import { useNavigate } from '@remix-run/react'
import { SaveBar } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Layout, Page, type PageProps, Text } from '@shopify/polaris'
import { type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProgramIssue } from '../../../domain/document/program-issue.ts'
import type { Program } from '../../../domain/program/program.ts'
import { validateProgram } from '../../../domain/program/validate-program.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useShop } from '../../use-shop.ts'
import { ChangeList } from '../publish/change-list.tsx'
import { HintList } from '../publish/hint-list.tsx'
import { IssueBanner } from './issue-banner.tsx'
import { useDraft } from './use-program.ts'
import { SAVE_BAR, type Section } from './use-section.ts'

interface Props extends Pick<PageProps, 'title' | 'subtitle' | 'secondaryActions' | 'titleMetadata'> {
  // biome-ignore lint/suspicious/noExplicitAny: the page does not look at the form's value
  section: Section<any>
  /** Where the arrow beside the title leads. */
  back: { label: string; to: string }
  /** Paths that the form shows errors at by itself; others are listed on top. */
  shows: (path: string) => boolean
  /** Can be saved as it is: there is a button for it as long as there is no save bar. */
  isNew?: boolean
  children: ReactNode
  /** Beside the form, below it on a phone. */
  aside?: ReactNode
}

/** A page with one form over the draft: save bar, what is wrong, and what happens when somebody else saved. */
export function SectionPage({ section, back, shows, isNew = false, children, aside, ...page }: Props) {
  const { t: common } = useTranslation()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const save = common('action.save')
  useFirstFault(form, section.refusals)
  return (
    <Page
      {...page}
      backAction={{ content: back.label, onAction: () => navigate(back.to) }}
      primaryAction={
        isNew && !section.dirty
          ? { content: save, onAction: section.save, loading: section.saving }
          : undefined
      }
    >
      <SaveBar id={SAVE_BAR} open={section.dirty}>
        <button variant="primary" type="button" onClick={section.save} disabled={section.saving}>
          {save}
        </button>
        <button type="button" onClick={section.discard} disabled={section.saving}>
          {common('action.discard')}
        </button>
      </SaveBar>
      <Layout>
        <Layout.Section>
          <form
            ref={form}
            tabIndex={-1}
            style={{ outline: 'none' }}
            onSubmit={(event) => {
              event.preventDefault()
              section.save()
            }}
          >
            <BlockStack gap="400">
              {section.conflict && <Conflict section={section} whenChosen={() => form.current?.focus()} />}
              {section.lost && <LostBanner why={section.lost} retry={section.save} repeatable entered />}
              <Issues issues={section.issues} shows={shows} document={section.document} />
              <div>
                <HintList document={section.document} about={shows} />
                <BlockStack gap="400">{children}</BlockStack>
              </div>
            </BlockStack>
            <input type="submit" hidden />
          </form>
        </Layout.Section>
        {aside && <Layout.Section variant="oneThird">{aside}</Layout.Section>}
      </Layout>
    </Page>
  )
}

/** Whoever saves at the end of a long form is led to what is wrong: to its field, or to the list above the form. */
function useFirstFault(form: RefObject<HTMLFormElement | null>, refusals: number) {
  useEffect(() => {
    if (refusals === 0) return
    const faulty = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.current
    faulty?.focus()
    faulty?.scrollIntoView({ block: faulty === form.current ? 'start' : 'center' })
  }, [form, refusals])
}

/** Both values stand here until one is chosen; what is typed stays in the form below. */
function Conflict({ section, whenChosen }: { section: Props['section']; whenChosen: () => void }) {
  const { t } = useTranslation('program')
  const draft = useDraft()
  const shop = useShop()
  const readable = validateProgram(section.document, shop).ok
  const choose = (take: () => void) => () => {
    take()
    whenChosen()
  }
  return (
    <div role="alert">
      <Banner
        tone="warning"
        title={t('conflict.title')}
        action={{ content: t('conflict.mine'), onAction: choose(section.takeMine), loading: section.saving }}
        secondaryAction={{ content: t('conflict.theirs'), onAction: choose(section.takeTheirs) }}
      >
        <BlockStack gap="200">
          <Text as="p">{t(readable ? 'conflict.text' : 'conflict.invalid')}</Text>
          {readable && <ChangeList before={draft.document} after={section.document} />}
        </BlockStack>
      </Banner>
    </div>
  )
}

interface IssuesProps {
  issues: ProgramIssue[]
  shows: (path: string) => boolean
  document: Program
}

function Issues({ issues, shows, document }: IssuesProps) {
  if (issues.length === 0) return null
  return <IssueBanner issues={issues.filter((issue) => !shows(issue.path))} document={document} />
}
