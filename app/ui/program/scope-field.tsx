import { useAppBridge } from '@shopify/app-bridge-react'
import {
  BlockStack,
  Button,
  ChoiceList,
  InlineError,
  InlineStack,
  Tag,
  Text,
  TextField,
} from '@shopify/polaris'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GoodsScope } from '../../domain/document/titles.ts'
import { useRememberTitles, useTitles } from './draft/use-program.ts'

type Kind = GoodsScope['kind']

interface Props {
  /** What can be chosen, in this order. */
  kinds: readonly Kind[]
  value: GoodsScope
  onChange: (scope: GoodsScope) => void
  error: string | undefined
}

/** What a campaign or a reward is about: everything, or what is picked in Shopify's own picker, or tags. */
export function ScopeField({ kinds, value, onChange, error }: Props) {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const titles = useTitles()
  const remember = useRememberTitles()
  /** Has the focus when the tag that had it is gone, and after Shopify's picker. */
  const picker = useRef<HTMLDivElement>(null)

  const pick = async (kind: 'products' | 'collections', ids: string[]) => {
    const type = kind === 'products' ? 'product' : 'collection'
    const gid = kind === 'products' ? 'Product' : 'Collection'
    const chosen = await shopify.resourcePicker({
      type,
      multiple: true,
      action: 'select',
      selectionIds: ids.map((id) => ({ id: `gid://shopify/${gid}/${id}` })),
      filter: { variants: false },
    })
    picker.current?.querySelector('button')?.focus()
    if (!chosen) return
    const found = chosen.map((item) => ({
      id: item.id.slice(item.id.lastIndexOf('/') + 1),
      title: item.title,
    }))
    remember(Object.fromEntries(found.map(({ id, title }) => [`${kind}/${id}`, title])))
    onChange({ kind, ids: found.map(({ id }) => id) })
  }

  return (
    <BlockStack gap="300">
      <ChoiceList
        title={t('scope.title')}
        selected={[value.kind]}
        onChange={([kind]) => onChange(emptyScope(kind as Kind))}
        choices={kinds.map((kind) => ({ value: kind, label: t(`scope.${kind}`) }))}
      />
      {(value.kind === 'products' || value.kind === 'collections') && (
        <BlockStack gap="200">
          <InlineStack gap="200">
            {value.ids.map((id) => (
              <Tag
                key={id}
                onRemove={() => {
                  onChange({ ...value, ids: value.ids.filter((other) => other !== id) })
                  picker.current?.querySelector('button')?.focus()
                }}
              >
                {titles?.[`${value.kind}/${id}`] ?? `#${id}`}
              </Tag>
            ))}
          </InlineStack>
          <div ref={picker}>
            <Button onClick={() => pick(value.kind, value.ids)}>{t(`scope.pick.${value.kind}`)}</Button>
          </div>
        </BlockStack>
      )}
      {value.kind === 'tags' && (
        <TagList tags={value.tags} onChange={(tags) => onChange({ kind: 'tags', tags })} />
      )}
      {error && <InlineError message={error} fieldID="scope" />}
    </BlockStack>
  )
}

function emptyScope(kind: Kind): GoodsScope {
  if (kind === 'all') return { kind }
  return kind === 'tags' ? { kind, tags: [] } : { kind, ids: [] }
}

function TagList({ tags, onChange }: { tags: string[]; onChange: (tags: string[]) => void }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const [typed, setTyped] = useState('')
  const field = useRef<HTMLDivElement>(null)
  const add = () => {
    const fresh = typed.split(',').map((tag) => tag.trim())
    const all = [...new Set([...tags, ...fresh])].filter((tag) => tag !== '')
    setTyped('')
    if (all.length > tags.length) onChange(all)
  }
  // The form around would be saved instead, without the tag.
  const addOnEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || typed.trim() === '') return
    event.preventDefault()
    add()
  }
  return (
    <BlockStack gap="200">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the field of Polaris inside tells no keys */}
      <div ref={field} onKeyDown={addOnEnter}>
        <TextField
          label={t('scope.addTag')}
          autoComplete="off"
          value={typed}
          onChange={setTyped}
          onBlur={add}
          helpText={t('scope.tagHelp')}
          connectedRight={<Button onClick={add}>{common('action.add')}</Button>}
        />
      </div>
      <InlineStack gap="200">
        {tags.map((tag) => (
          <Tag
            key={tag}
            onRemove={() => {
              onChange(tags.filter((other) => other !== tag))
              field.current?.querySelector('input')?.focus()
            }}
          >
            {tag}
          </Tag>
        ))}
      </InlineStack>
      {tags.length === 0 && (
        <Text as="p" tone="subdued">
          {t('scope.noTags')}
        </Text>
      )}
    </BlockStack>
  )
}
