import { BlockStack, ProgressBar, Text } from '@shopify/polaris'

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
      <ProgressBar
        progress={total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0}
        size="small"
        ariaLabelledBy={id}
      />
    </BlockStack>
  )
}
