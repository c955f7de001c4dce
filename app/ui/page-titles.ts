import { type UIMatch, useMatches } from '@remix-run/react'
import { useTranslation } from 'react-i18next'
import type { OpenBatch } from '../loyalty/imports/open-batch.ts'
import type { MemberPageProps } from './members/member-page.tsx'

type Title = string | ((page: UIMatch) => { key: string } | { text: string } | undefined)

const isNew = ({ params }: UIMatch) => params.id === 'new'

/** What each page is called in the browser's tab and to a screen reader that arrives: a text, or a name from its data. */
export const PAGE_TITLES: Record<string, Title> = {
  'app._index': 'home:title',
  'app.members._index': 'members:list.title',
  'app.members.$customerId': memberTitle,
  'app.members.causes': 'members:causes.title',
  'app.members.draws': 'members:draws.title',
  'app.members.to-do': 'members:toDo.title',
  'app.operations._index': 'operations:title',
  'app.operations.audit': 'operations:audit.title',
  'app.operations.bulk._index': 'operations:bulk.title',
  'app.operations.bulk.$id._index': (page) => {
    const { batch } = (page.data ?? {}) as Partial<OpenBatch>
    return batch ? { text: batch.fileName } : { key: 'operations:bulk.title' }
  },
  'app.operations.deliveries': 'operations:deliveries.title',
  'app.operations.past-orders': 'operations:pastOrders.title',
  'app.operations.privacy': 'operations:privacy.title',
  'app.operations.reconciliation': 'operations:reconciliation.title',
  'app.program._index': 'program:title',
  'app.program.campaigns._index': 'program:campaigns.title',
  'app.program.campaigns.$id': (page) => ({ key: isNew(page) ? 'program:campaigns.new' : 'title.campaign' }),
  'app.program.earning': 'program:earning.title',
  'app.program.history': 'program:history.title',
  'app.program.publish': 'program:publish.title',
  'app.program.rewards._index': 'program:rewards.title',
  'app.program.rewards.$id': (page) => ({ key: isNew(page) ? 'program:rewards.new' : 'title.reward' }),
  'app.program.rules': 'program:rules.title',
  'app.program.sources': 'sources:title',
  'app.program.tiers': 'program:tiers.title',
  'app.settings': 'settings:title',
  'app.$': 'error.missingTitle',
}

function memberTitle({ data, params }: UIMatch) {
  const { contact } = (data ?? {}) as Partial<MemberPageProps>
  return { text: contact?.name ?? `${params.customerId}` }
}

/** "Mitglieder · Stammgast"; a page that belongs to no shop has the app's name alone. */
export function usePageTitle(): string {
  const { t } = useTranslation()
  const page = useMatches().at(-1)
  const title = page && PAGE_TITLES[page.id.replace('routes/', '')]
  const found = typeof title === 'function' ? title(page as UIMatch) : title && { key: title }
  if (!found) return APP
  return titled('key' in found ? t(found.key) : found.text)
}

const APP = 'Stammgast'

export function titled(page: string): string {
  return `${page} · ${APP}`
}
