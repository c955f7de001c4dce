import { BlockStack, Button, Card, DataTable, InlineStack, SkeletonBodyText, Text } from '@shopify/polaris'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DayFigures } from '../../loyalty/read-figures.ts'
import { useFormat } from '../use-format.ts'
import { useHydrated } from '../use-hydrated.ts'

/** Drawn in the browser only, and loaded only there: the library measures the page. */
const Drawing = lazy(() => import('./points-drawing.tsx'))

/** Points issued and redeemed by day. The same numbers are there as a table. */
export function PointsChart({ days }: { days: DayFigures[] }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  const hydrated = useHydrated()
  const [table, setTable] = useState(false)
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
          <div style={{ maxHeight: 320, overflowY: 'auto' }}>
            <DataTable
              columnContentTypes={['text', 'numeric', 'numeric']}
              headings={[t('chart.day'), t('chart.earned'), t('chart.redeemed')]}
              rows={[...days]
                .reverse()
                .map((row) => [day(row.day), format.number(row.earned), format.number(row.redeemed)])}
            />
          </div>
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
      </BlockStack>
    </Card>
  )
}

function summary(days: DayFigures[], format: ReturnType<typeof useFormat>) {
  const sum = (name: 'earned' | 'redeemed') => format.number(days.reduce((all, row) => all + row[name], 0))
  return { earned: sum('earned'), redeemed: sum('redeemed') }
}
