import { LineChart, PolarisVizProvider } from '@shopify/polaris-viz'
import '@shopify/polaris-viz/build/esm/styles.css'

/** A curve through the days would show points on days that brought none. */
const STRAIGHT = { line: { hasSpline: false } }

interface Props {
  series: { name: string; data: { key: string; value: number }[] }[]
  number: (value: number) => string
}

/** The chart itself; see `points-chart.tsx` for when and how it is loaded. */
export default function PointsDrawing({ series, number }: Props) {
  return (
    <PolarisVizProvider themes={{ Light: STRAIGHT }}>
      <LineChart
        theme="Light"
        isAnimated={false}
        data={series}
        yAxisOptions={{ labelFormatter: (value) => number(Number(value)), integersOnly: true }}
        tooltipOptions={{ valueFormatter: (value) => number(Number(value)) }}
      />
    </PolarisVizProvider>
  )
}
