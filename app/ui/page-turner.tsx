import { InlineStack, Pagination } from '@shopify/polaris'

interface Props {
  /** The list's first page is shown. */
  first: boolean
  /** Where its next page begins; null: there is none. */
  next: string | number | null
  toFirst: { tooltip: string; go: () => void }
  toNext: { tooltip: string; go: () => void }
}

/** Below a list that is read page by page: back to its beginning, and on. Nothing where all of it is shown. */
export function PageTurner({ first, next, toFirst, toNext }: Props) {
  if (next === null && first) return null
  return (
    <InlineStack align="center">
      <Pagination
        hasPrevious={!first}
        previousTooltip={toFirst.tooltip}
        onPrevious={toFirst.go}
        hasNext={next !== null}
        nextTooltip={toNext.tooltip}
        onNext={toNext.go}
      />
    </InlineStack>
  )
}
