import { useLocation, useNavigation, useSearchParams } from '@remix-run/react'
import { Banner, BlockStack, Box, Card, EmptySearchResult, Page, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemberSearch } from '../../loyalty/members/find-members.ts'
import { EmptyCard } from '../empty-card.tsx'
import { downloadFile } from '../kit/save-file.ts'
import { CAUSES } from './causes/cause-figures.tsx'
import { TO_DO } from './changes/deeds.tsx'
import { MembersFilters } from './members-filters.tsx'
import { MembersTable } from './members-table.tsx'
import type { ShownMembers } from './shown-members.ts'

export interface MembersPageProps {
  search: MemberSearch & { page: number }
  found: ShownMembers
}

/** Who has points, and how many. Every choice stands in the address, so that a list can be kept as a bookmark. */
export function MembersPage({ search, found }: MembersPageProps) {
  const { t } = useTranslation('members')
  const [, setParameters] = useSearchParams()
  const navigation = useNavigation()
  const loading = navigation.state === 'loading' && navigation.location.pathname.endsWith('/members')
  const change = (values: Record<string, string | null>) =>
    setParameters(
      (known) => {
        const next = new URLSearchParams(known)
        for (const key of ['after', 'before', 'page']) next.delete(key)
        for (const [key, value] of Object.entries(values)) {
          if (value) next.set(key, value)
          else next.delete(key)
        }
        return next
      },
      { preventScrollReset: true },
    )
  const narrowed = search.text !== '' || search.tier !== null || search.group !== null
  const file = useExport()
  const nobody = found.members.length === 0
  return (
    <Page
      title={t('list.title')}
      fullWidth
      secondaryActions={[
        // Of nobody there is nothing to export: the list itself says so.
        ...(nobody ? [] : [{ content: t('list.export'), onAction: file.save, loading: file.busy }]),
        { content: t('toDo.title'), url: TO_DO },
        { content: t('causes.title'), url: CAUSES },
        { content: t('draws.title'), url: '/app/members/draws' },
        { content: t('list.adjustByFile'), url: '/app/operations/bulk' },
        { content: t('list.importBalances'), url: '/app/operations/bulk?kind=import' },
      ]}
    >
      <BlockStack gap="400">
        {!found.namesKnown && !nobody && (
          <Banner tone="warning" title={t('list.offlineTitle')}>
            <Text as="p">{t('list.offlineText')}</Text>
          </Banner>
        )}
        {file.failed && (
          <Banner tone="critical">
            <Text as="p">{t('list.exportFailed')}</Text>
          </Banner>
        )}
        {found.searchFailed && (
          <Banner tone="warning">
            <Text as="p">{t('list.searchOffline')}</Text>
          </Banner>
        )}
        {nobody && !narrowed ? (
          <EmptyCard title={t('list.emptyTitle')} text={t('list.emptyText')} />
        ) : (
          <Card padding="0">
            {/* Polaris draws them anew on a phone: meanwhile the list keeps its place. */}
            <div style={{ minHeight: '3.0625rem' }}>
              <MembersFilters search={search} tiers={found.tiers} loading={loading} onChange={change} />
            </div>
            {nobody ? (
              <Box padding="1200">
                <EmptySearchResult title={t('list.nobodyTitle')} description={t('list.nobodyText')} />
              </Box>
            ) : (
              <MembersTable search={search} found={found} loading={loading} onChange={change} />
            )}
          </Card>
        )}
        {found.searchedOnly !== null && (
          <Text as="p" tone="subdued" alignment="center">
            {t('list.manyFound', { count: found.searchedOnly })}
          </Text>
        )}
      </BlockStack>
    </Page>
  )
}

/** The list as it is filtered, as a file. */
function useExport() {
  const { search } = useLocation()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const save = async () => {
    setState('busy')
    const saved = await downloadFile(`/app/members/export${search}`, 'stammgast-members.csv')
    setState(saved ? 'idle' : 'failed')
  }
  return { save: () => void save(), busy: state === 'busy', failed: state === 'failed' }
}
