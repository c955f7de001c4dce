import { BlockStack, type BlockStackProps, Card, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'

interface Props {
  title: string
  /** Between the parts of the card. */
  gap?: BlockStackProps['gap']
  children: ReactNode
}

/** A card with its heading; what belongs together on a page. */
export function TitledCard({ title, gap = '300', children }: Props) {
  return (
    <Card>
      <BlockStack gap={gap}>
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
        {children}
      </BlockStack>
    </Card>
  )
}
