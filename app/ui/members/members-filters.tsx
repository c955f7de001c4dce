import {
  ChoiceList,
  IndexFilters,
  IndexFiltersMode,
  type IndexFiltersProps,
  useSetIndexFiltersMode,
} from '@shopify/polaris'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemberSearch } from '../../loyalty/members/find-members.ts'
import type { MemberGroup } from '../../loyalty/members/list-members.ts'
import type { ShownMembers } from './shown-members.ts'

/** Typing is followed by a question to Shopify: wait until it pauses. */
const PAUSE_MS = 350

const GROUPS: MemberGroup[] = ['guests', 'debt', 'codes', 'inactive']

interface Props {
  search: MemberSearch
  tiers: ShownMembers['tiers']
  loading: boolean
  onChange: (values: Record<string, string | null>) => void
}

export function MembersFilters({ search, tiers, loading, onChange }: Props) {
  const { t } = useTranslation('members')
  const { mode, setMode } = useSetIndexFiltersMode(
    search.text ? IndexFiltersMode.Filtering : IndexFiltersMode.Default,
  )
  const { text, setText, forget } = useTypedText(search.text, (q) => onChange({ q }))
  const choices = [
    ...tiers.map(({ id, name }) => ({ value: id, label: name })),
    { value: 'none', label: t('list.tierNone') },
  ]
  const tabs = [{ value: '', label: t('list.tabAll') }, ...(tiers.length > 0 ? choices : [])]
  const choose = (tier: string | null) => onChange({ tier })
  const look = (only: string | null) => onChange({ only })
  const cancel = () => {
    forget()
    onChange({ q: null, only: null })
  }
  const chosen = choices.find(({ value }) => value === search.tier)
  return (
    <IndexFilters
      queryValue={text}
      queryPlaceholder={t('list.search')}
      onQueryChange={setText}
      onQueryClear={() => setText('')}
      cancelAction={{ onAction: cancel }}
      loading={loading}
      tabs={tabs.map(({ value, label }, index) => ({
        id: value || 'all',
        content: label,
        index,
        isLocked: true,
        onAction: () => choose(value || null),
      }))}
      selected={Math.max(
        0,
        tabs.findIndex(({ value }) => value === (search.tier ?? '')),
      )}
      canCreateNewView={false}
      // Polaris shows by what a list is narrowed only here; its tabs would say that everybody is listed.
      mode={search.group === null ? mode : IndexFiltersMode.Filtering}
      setMode={setMode}
      sortOptions={sortOptions(t)}
      sortSelected={[`${search.sort} ${search.descending ? 'desc' : 'asc'}`]}
      onSort={([choice]) => {
        const [sort = null, dir = null] = choice?.split(' ') ?? []
        onChange({ sort, dir })
      }}
      filters={[
        {
          key: 'only',
          label: t('list.only'),
          shortcut: true,
          filter: (
            <ChoiceList
              title={t('list.only')}
              titleHidden
              choices={GROUPS.map((group) => ({ value: group, label: t(`list.group.${group}`) }))}
              selected={search.group ? [search.group] : []}
              onChange={([only]) => look(only ?? null)}
            />
          ),
        },
        ...(tiers.length === 0
          ? []
          : [
              {
                key: 'tier',
                label: t('list.tier'),
                shortcut: true,
                filter: (
                  <ChoiceList
                    title={t('list.tier')}
                    titleHidden
                    choices={choices}
                    selected={search.tier ? [search.tier] : []}
                    onChange={([tier]) => choose(tier ?? null)}
                  />
                ),
              },
            ]),
      ]}
      appliedFilters={[
        ...(search.group
          ? [{ key: 'only', label: t(`list.group.${search.group}`), onRemove: () => look(null) }]
          : []),
        ...(chosen
          ? [{ key: 'tier', label: `${t('list.tier')}: ${chosen.label}`, onRemove: () => choose(null) }]
          : []),
      ]}
      onClearAll={() => onChange({ tier: null, only: null })}
    />
  )
}

function sortOptions(t: (key: string) => string): NonNullable<IndexFiltersProps['sortOptions']> {
  const both = (sort: string, up: string, down: string) => [
    { label: t(`list.sort.${sort}`), value: `${sort} asc` as const, directionLabel: t(`list.sort.${up}`) },
    { label: t(`list.sort.${sort}`), value: `${sort} desc` as const, directionLabel: t(`list.sort.${down}`) },
  ]
  return [
    ...both('activity', 'oldest', 'newest'),
    ...both('customer', 'aToZ', 'zToA'),
    ...both('available', 'low', 'high'),
    ...both('pending', 'low', 'high'),
    ...both('tier', 'lowTier', 'highTier'),
  ]
}

/** The field's own text runs ahead of the address; `forget` empties it and leaves the address alone. */
function useTypedText(known: string, settle: (text: string) => void) {
  const [text, setText] = useState(known)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => settle(next.trim()), next === '' ? 0 : PAUSE_MS)
  }
  const forget = () => {
    setText('')
    clearTimeout(timer.current)
  }
  return { text, setText: change, forget }
}
