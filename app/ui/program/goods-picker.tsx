import { useAppBridge } from '@shopify/app-bridge-react'
import { BlockStack, Button, InlineStack, Tag } from '@shopify/polaris'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useRememberTitles, useTitles } from './draft/use-program.ts'

type Kind = 'products' | 'collections' | 'variants'

const TYPES = {
  products: { type: 'product', gid: 'Product' },
  collections: { type: 'collection', gid: 'Collection' },
  variants: { type: 'variant', gid: 'ProductVariant' },
} as const

interface Props {
  kind: Kind
  /** Shopify's numbers, digits. */
  ids: string[]
  onChange: (ids: string[]) => void
  /** No more can be picked; left out: as many as one likes. */
  most?: number
}

/** What is picked in Shopify's own picker: by their titles, each to be taken out again. */
export function GoodsPicker({ kind, ids, onChange, most }: Props) {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const titles = useTitles()
  const remember = useRememberTitles()
  /** Has the focus when the tag that had it is gone, and after Shopify's picker. */
  const picker = useRef<HTMLDivElement>(null)
  const toButton = () => picker.current?.querySelector('button')?.focus()

  const pick = async () => {
    const { type, gid } = TYPES[kind]
    const chosen = await shopify.resourcePicker({
      type,
      multiple: most ?? true,
      action: 'select',
      selectionIds: ids.map((id) => ({ id: `gid://shopify/${gid}/${id}` })),
      filter: { variants: false },
    })
    toButton()
    if (!chosen) return
    const found = chosen.map((item) => ({
      id: String(item.id).slice(String(item.id).lastIndexOf('/') + 1),
      // A variant's own title is "Default Title", or only what sets it apart.
      title: 'displayName' in item ? item.displayName.replace(/ - Default Title$/, '') : item.title,
    }))
    remember(Object.fromEntries(found.map(({ id, title }) => [`${kind}/${id}`, title])))
    onChange(found.map(({ id }) => id))
  }
  return (
    <BlockStack gap="200">
      <InlineStack gap="200">
        {ids.map((id) => (
          <Tag
            key={id}
            onRemove={() => {
              onChange(ids.filter((other) => other !== id))
              toButton()
            }}
          >
            {titles?.[`${kind}/${id}`] ?? `#${id}`}
          </Tag>
        ))}
      </InlineStack>
      <div ref={picker}>
        <Button onClick={pick}>{t(`scope.pick.${kind}`)}</Button>
      </div>
    </BlockStack>
  )
}
