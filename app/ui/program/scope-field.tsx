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
import { GoodsPicker } from './goods-picker.tsx'

type Kind = Exclude<GoodsScope['kind'], 'variants'>

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

  return (
    <BlockStack gap="300">
      <ChoiceList
        title={t('scope.title')}
        selected={[value.kind]}
        onChange={([kind]) => onChange(emptyScope(kind as Kind))}
        choices={kinds.map((kind) => ({ value: kind, label: t(`scope.${kind}`) }))}
      />
      {'ids' in value && (
        <GoodsPicker kind={value.kind} ids={value.ids} onChange={(ids) => onChange({ ...value, ids })} />
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
