import { BlockStack, Box, Card, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'

/** A list that has nothing in it yet: what it is for, and how to begin. */
export function EmptyCard({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Card>
      <Box paddingBlock="400">
        <BlockStack gap="200" inlineAlign="center">
          <Text as="h2" variant="headingMd" alignment="center">
            {title}
          </Text>
          <Text as="p" tone="subdued" alignment="center">
            {text}
          </Text>
          {children}
        </BlockStack>
      </Box>
    </Card>
  )
}
