import { BlockStack, Text } from '@shopify/polaris'
import { Bar } from '../kit/bar.tsx'

/** How far something is, in words and as a bar; screen readers hear the words when they change. */
export function Progress({
  id,
  done,
  total,
  text,
}: {
  id: string
  done: number
  total: number
  text: string
}) {
  return (
    <BlockStack gap="200">
      <div id={id} role="status">
        <Text as="p">{text}</Text>
      </div>
      <Bar share={total > 0 ? done / total : 0} labelledBy={id} />
    </BlockStack>
  )
}
