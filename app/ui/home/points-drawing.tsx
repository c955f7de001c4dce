import { LineChart, PolarisVizProvider } from '@shopify/polaris-viz'
import '@shopify/polaris-viz/build/esm/styles.css'

interface Props {
  series: { name: string; data: { key: string; value: number }[] }[]
  number: (value: number) => string
}

/** The chart itself; see `points-chart.tsx` for when and how it is loaded. */
export default function PointsDrawing({ series, number }: Props) {
  return (
    <PolarisVizProvider>
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
