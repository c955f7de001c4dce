import { BlockStack, Box, Button, Card, InlineStack, Link, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface Item {
  id: string
  name: string
  badge: ReactNode
  /** What it gives, in a sentence. */
  sentence: ReactNode
  /** On what terms; each in a line of its own; null: nothing to say. */
  terms: (string | null)[]
}

/** Campaigns or rewards of the draft below each other; each leads to its form and can be duplicated. */
export function ItemList({ items, url }: { items: Item[]; url: string }) {
  return (
    <Card padding="0">
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {items.map((item, index) => (
          <li key={item.id}>
            <Box
              padding="400"
              {...(index > 0 && { borderBlockStartWidth: '025', borderColor: 'border-secondary' })}
            >
              <ItemRow item={item} url={url} />
            </Box>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function ItemRow({ item: { id, name, badge, sentence, terms }, url }: { item: Item; url: string }) {
  const { t } = useTranslation()
  return (
    <InlineStack align="space-between" blockAlign="start" gap="200">
      <BlockStack gap="100">
        <InlineStack align="start" gap="200" blockAlign="center">
          <Text as="h2" variant="headingSm">
            <Link url={`${url}/${id}`} removeUnderline>
              {name}
            </Link>
          </Text>
          {badge}
        </InlineStack>
        <Text as="p">{sentence}</Text>
        {terms.filter(Boolean).map((line) => (
          <Text as="p" tone="subdued" key={line}>
            {line}
          </Text>
        ))}
      </BlockStack>
      <Button
        variant="tertiary"
        url={`${url}/new?copy=${id}`}
        accessibilityLabel={`${name}: ${t('action.duplicate')}`}
      >
        {t('action.duplicate')}
      </Button>
    </InlineStack>
  )
}
