import { useNavigate } from '@remix-run/react'
import { Badge, BlockStack, IndexTable, InlineStack, Link, Text, useBreakpoints } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberSearch } from '../../loyalty/members/find-members.ts'
import type { MemberSort } from '../../loyalty/members/list-members.ts'
import { useFormat } from '../use-format.ts'
import { useHydrated } from '../use-hydrated.ts'
import type { ShownMembers } from './shown-members.ts'

/** What each column sorts by. */
const COLUMNS: (MemberSort | null)[] = ['customer', null, 'tier', 'available', 'pending', 'activity']

interface Props {
  search: MemberSearch & { page: number }
  found: ShownMembers
  loading: boolean
  onChange: (values: Record<string, string | null>) => void
}

export function MembersTable({ search, found, loading, onChange }: Props) {
  const { t } = useTranslation('members')
  const navigate = useNavigate()
  const { smDown } = useBreakpoints()
  const { page } = search
  // Shopify's cursor (by name) knows no way back; ours does.
  const back = () =>
    found.first === null
      ? navigate(-1)
      : onChange({ before: found.first, page: String(Math.max(1, page - 1)) })
  const pagination = {
    hasPrevious: found.hasPrevious,
    hasNext: found.hasNext,
    onPrevious: back,
    onNext: () => onChange({ after: found.last, page: String(page + 1) }),
    label: usePlace(page, found),
  }
  // The server does not know a phone's rows, which are higher: what is below them comes when they are there.
  const hydrated = useHydrated()
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      loading={loading}
      itemCount={found.members.length}
      resourceName={{ singular: t('list.resourceSingular'), plural: t('list.resourcePlural') }}
      headings={[
        { title: t('list.column.customer') },
        { title: t('list.column.email') },
        { title: t('list.column.tier') },
        { title: t('list.column.available'), alignment: 'end' },
        { title: t('list.column.pending'), alignment: 'end' },
        { title: t('list.column.activity'), alignment: 'end' },
      ]}
      sortable={COLUMNS.map((column) => column !== null)}
      sortColumnIndex={COLUMNS.indexOf(search.sort)}
      sortDirection={search.descending ? 'descending' : 'ascending'}
      defaultSortDirection="descending"
      onSort={(index, direction) =>
        onChange({ sort: COLUMNS[index] ?? null, dir: direction === 'ascending' ? 'asc' : 'desc' })
      }
      {...(hydrated && { pagination })}
    >
      {found.members.map((member, index) =>
        smDown ? (
          <NarrowRow key={member.accountId} {...{ member, index, tiers: found.tiers }} />
        ) : (
          <WideRow key={member.accountId} {...{ member, index, tiers: found.tiers }} />
        ),
      )}
    </IndexTable>
  )
}

interface RowProps {
  member: ShownMembers['members'][number]
  index: number
  tiers: ShownMembers['tiers']
}

function WideRow({ member, index, tiers }: RowProps) {
  const format = useFormat()
  return (
    <IndexTable.Row id={String(member.accountId)} position={index}>
      <IndexTable.Cell>
        <MemberLink member={member} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" tone="subdued">
          {member.contact?.email ?? '–'}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <TierBadge tierId={member.tierId} tiers={tiers} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="p" numeric alignment="end">
          {format.number(member.available)}
        </Text>
        <Owed debt={member.debt} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" numeric alignment="end" tone={member.pending === 0 ? 'subdued' : undefined}>
          {format.number(member.pending)}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" tone="subdued" alignment="end">
          {member.activeAt ? format.date(new Date(member.activeAt)) : '–'}
        </Text>
      </IndexTable.Cell>
    </IndexTable.Row>
  )
}

/** On a phone one row is one small card: name and points, below them tier and what is pending. */
function NarrowRow({ member, index, tiers }: RowProps) {
  const { t } = useTranslation('members')
  const format = useFormat()
  return (
    <IndexTable.Row id={String(member.accountId)} position={index}>
      <div style={{ padding: 'var(--p-space-300) var(--p-space-400)', width: '100%' }}>
        <BlockStack gap="100">
          <InlineStack align="space-between" blockAlign="center" gap="200" wrap={false}>
            <MemberLink member={member} />
            <Text as="span" fontWeight="semibold">
              {format.points(member.available)}
            </Text>
          </InlineStack>
          <Owed debt={member.debt} />
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <TierBadge tierId={member.tierId} tiers={tiers} />
            <Text as="span" tone="subdued">
              {member.pending > 0
                ? t('list.pendingShort', { points: format.number(member.pending) })
                : member.activeAt && format.date(new Date(member.activeAt))}
            </Text>
          </InlineStack>
        </BlockStack>
      </div>
    </IndexTable.Row>
  )
}

/** Beside what is available, which is nothing as long as points are owed. */
function Owed({ debt }: { debt: number }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  if (debt === 0) return null
  return (
    <Text as="p" variant="bodySm" alignment="end" tone="critical">
      {t('list.debtShort', { points: format.number(debt) })}
    </Text>
  )
}

function MemberLink({ member }: Pick<RowProps, 'member'>) {
  const { t } = useTranslation('members')
  const { customerId, contact, guestOrder } = member
  if (customerId === null) {
    return (
      <BlockStack>
        <Text as="span" fontWeight="semibold">
          {t('list.guest')}
        </Text>
        {guestOrder && (
          <Link url={`shopify://admin/orders/${guestOrder.id}`} target="_top">
            {t('list.guestOrder', { name: guestOrder.name })}
          </Link>
        )}
      </BlockStack>
    )
  }
  return (
    <Link url={`/app/members/${customerId}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold">
        {contact?.name ?? t('list.customerNumber', { number: customerId })}
      </Text>
    </Link>
  )
}

/** "Seite 2 von 25 · 1.234 Mitglieder"; very many are not counted. */
function usePlace(page: number, { size: { count, more, pages } }: ShownMembers): string {
  const { t } = useTranslation('members')
  const format = useFormat()
  if (more) return t('list.placeOfMany', { page: format.number(page), most: format.number(count) })
  return t('list.place', {
    page: format.number(page),
    pages: format.number(pages),
    count,
    number: format.number(count),
  })
}

export function TierBadge({ tierId, tiers }: { tierId: string | null; tiers: ShownMembers['tiers'] }) {
  if (tierId === null) return null
  return <Badge tone="info">{tiers.find(({ id }) => id === tierId)?.name ?? tierId}</Badge>
}
