import { BlockStack, Button, Card, DataTable, InlineStack, SkeletonBodyText, Text } from '@shopify/polaris'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DayFigures } from '../../loyalty/numbers/read-figures.ts'
import { useFormat } from '../use-format.ts'
import { useHydrated } from '../use-hydrated.ts'

/** Drawn in the browser only, and loaded only there: the library measures the page. */
const Drawing = lazy(() => import('./points-drawing.tsx'))

const COLUMNS = ['earned', 'takenBack', 'redeemed', 'returned'] as const
/** What scrolls has to be reached by the keyboard. */
const FOCUSABLE = { tabIndex: 0 }

/** Points issued and redeemed by day. The same numbers are there as a table. */
export function PointsChart({ days: untilToday }: { days: DayFigures[] }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  const hydrated = useHydrated()
  const [table, setTable] = useState(false)
  // Today is not over: as the last point of a curve it would look like a fall.
  const days = untilToday.slice(0, -1)
  const today = untilToday.at(-1)
  const day = (date: string) => format.day(date)
  const placeholder = (
    <div style={{ height: 260 }}>
      <SkeletonBodyText lines={6} />
    </div>
  )
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h3" variant="headingMd">
            {t('chart.title')}
          </Text>
          <Button variant="tertiary" onClick={() => setTable(!table)} ariaExpanded={table}>
            {t(table ? 'chart.asPicture' : 'chart.asTable')}
          </Button>
        </InlineStack>
        {table ? (
          <section aria-label={t('chart.title')} style={{ maxHeight: 320, overflowY: 'auto' }} {...FOCUSABLE}>
            <DataTable
              columnContentTypes={['text', ...COLUMNS.map(() => 'numeric' as const)]}
              headings={[t('chart.day'), ...COLUMNS.map((column) => t(`chart.${column}`))]}
              rows={[...untilToday]
                .reverse()
                .map((row) => [
                  row === today ? t('chart.today', { day: day(row.day) }) : day(row.day),
                  ...COLUMNS.map((column) => format.number(row[column])),
                ])}
            />
          </section>
        ) : hydrated ? (
          <Suspense fallback={placeholder}>
            <div style={{ height: 260 }} role="img" aria-label={t('chart.summary', summary(days, format))}>
              {/* Each of its points would be a stop for the keyboard without a name: it is a picture, the numbers are the table. */}
              <div style={{ height: '100%' }} {...{ inert: '' }}>
                <Drawing
                  series={[
                    {
                      name: t('chart.earned'),
                      data: days.map((row) => ({ key: day(row.day), value: row.earned })),
                    },
                    {
                      name: t('chart.redeemed'),
                      data: days.map((row) => ({ key: day(row.day), value: row.redeemed })),
                    },
                  ]}
                  number={format.number}
                />
              </div>
            </div>
          </Suspense>
        ) : (
          placeholder
        )}
        {today && !table && (
          <Text as="p" variant="bodySm" tone="subdued">
            {t('chart.note', {
              earned: format.number(today.earned),
              redeemed: format.number(today.redeemed),
            })}
          </Text>
        )}
      </BlockStack>
    </Card>
  )
}

function summary(days: DayFigures[], format: ReturnType<typeof useFormat>) {
  const sum = (name: 'earned' | 'redeemed') => format.number(days.reduce((all, row) => all + row[name], 0))
  return { earned: sum('earned'), redeemed: sum('redeemed') }
}
