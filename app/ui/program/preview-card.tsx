import { BlockStack, FormLayout, List, Select, Text, TextField } from '@shopify/polaris'
import type { TFunction } from 'i18next'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../domain/document/local-text.ts'
import type { CampaignScope } from '../../domain/earning/campaigns.ts'
import { whySteps } from '../../domain/earning/explain.ts'
import type { Program } from '../../domain/program/program.ts'
import { validateProgram } from '../../domain/program/validate-program.ts'
import { innerQuotes } from '../../domain/text/inner-quotes.ts'
import { compileWindow } from '../../domain/time/time-window.ts'
import type { ShopView } from '../../loyalty/pages/open-admin.ts'
import { wallClockOf } from '../local-time.ts'
import { DecimalField } from '../number-field.tsx'
import { TitledCard } from '../titled-card.tsx'
import { type Format, useFormat } from '../use-format.ts'
import { useShop } from '../use-shop.ts'
import { fieldText, isMissing, placeText } from './draft/issue-text.ts'
import { useProgram, useTitles } from './draft/use-program.ts'
import { exampleAmount, previewWorth } from './preview.ts'
import { moneyRange } from './ranges.ts'

const WALL_CLOCK = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/

/** Whole units of money: more is in no cart. */
const MOST = 999_999_999

interface Props {
  document: Program
  /** What is bought unless the merchant chooses: something that this campaign is about. */
  scope?: CampaignScope
}

/** "An order of 49.90 earns 49 points", worked out in the browser by the rules that the server uses. */
export function PreviewCard({ document, scope }: Props) {
  const { t } = useTranslation('program')
  const shop = useShop()
  const format = useFormat()
  const { now } = useProgram()
  const [amount, setAmount] = useState(exampleAmount(shop.currency))
  const [item, setItem] = useState<string | null>(null)
  const [tier, setTier] = useState('')
  const [clock, setClock] = useState(() => wallClockOf(now, shop.timeZone))
  const items = useItems(document)
  const wished = item ?? firstItem(scope)
  const chosen = items.some((option) => option.value === wished) ? wished : 'any'

  // The tiers of the document may change beside the card; one that is gone is nobody's tier.
  useEffect(() => {
    if (tier && !document.tiers.levels.some((level) => level.id === tier)) setTier('')
  }, [document.tiers.levels, tier])

  const worth = useMemo(() => {
    if (!WALL_CLOCK.test(clock)) return null
    const at = compileWindow({ start: clock, end: null, timeZone: shop.timeZone }).from
    const [kind, id = ''] = [chosen.slice(0, chosen.indexOf(':')), chosen.slice(chosen.indexOf(':') + 1)]
    return previewWorth(document, shop, {
      amount,
      at,
      tierId: tier || null,
      productId: kind === 'products' ? id : null,
      collections: kind === 'collections' ? [id] : [],
      tags: kind === 'tags' ? [id] : [],
    })
  }, [document, shop, amount, chosen, tier, clock])

  const hindrances = worth ? [] : hindranceTexts(t, document, shop, format, { amount, clock })

  return (
    <TitledCard title={t('preview.title')}>
      <div aria-live="polite">
        <BlockStack gap="200">
          {worth && (
            <Text as="p" variant="headingLg">
              {t('preview.result', {
                amount: format.money(amount),
                points: format.points(worth.points, document.pointName),
              })}
            </Text>
          )}
          {hindrances.map((line) => (
            <Text key={line} as="p" tone="subdued">
              {line}
            </Text>
          ))}
          {worth && <Steps document={document} why={worth.why} />}
        </BlockStack>
      </div>
      <FormLayout>
        <DecimalField
          label={t('preview.amount')}
          value={amount}
          onChange={setAmount}
          range={moneyRange(shop.currency, MOST)}
          suffix={shop.currency}
        />
        {items.length > 1 && (
          <Select label={t('preview.item')} options={items} value={chosen} onChange={setItem} />
        )}
        {document.tiers.levels.length > 0 && (
          <Select
            label={t('preview.tier')}
            value={tier}
            onChange={setTier}
            options={[
              { value: '', label: t('preview.noTier') },
              ...document.tiers.levels.map((level) => ({
                value: level.id,
                label: inLocale(level.name, format.language),
              })),
            ]}
          />
        )}
        {document.campaigns.length > 0 && (
          <TextField
            label={t('preview.at')}
            type="datetime-local"
            autoComplete="off"
            value={clock}
            onChange={setClock}
          />
        )}
      </FormLayout>
    </TitledCard>
  )
}

const MOST_NAMED = 4

/** What has to be filled in, and what has to be put right, before the example can be worked out. */
function hindranceTexts(
  t: TFunction<'program'>,
  document: Program,
  shop: ShopView,
  format: Format,
  order: { amount: string; clock: string },
): string[] {
  const checked = validateProgram(document, shop)
  const named = (checked.ok ? [] : checked.issues).map((issue) => {
    const place = placeText(t, issue.path, document, format)
    const field = fieldText(t, issue.path, document, format)
    const words = field === '' || field === place ? place : t('preview.missing', { place, field })
    return { missing: isMissing(issue, document), words }
  })
  if (!WALL_CLOCK.test(order.clock)) named.unshift({ missing: true, words: t('preview.at') })
  if (!/^\d/.test(order.amount)) named.unshift({ missing: order.amount === '', words: t('preview.amount') })
  return ([true, false] as const).flatMap((missing) => {
    const all = [...new Set(named.filter((one) => one.missing === missing).map(({ words }) => words))]
    const what = (all.length > MOST_NAMED ? [...all.slice(0, MOST_NAMED), '…'] : all).join(', ')
    return what === '' ? [] : [t(missing ? 'preview.impossible' : 'preview.unfit', { what })]
  })
}

function firstItem(scope: CampaignScope | undefined): string {
  if (!scope || scope.kind === 'all') return 'any'
  const [first] = scope.kind === 'tags' ? scope.tags : scope.ids
  return first === undefined ? 'any' : `${scope.kind}:${first}`
}

/** What campaigns ask for, to be chosen as what is bought. */
function useItems(document: Program): { value: string; label: string }[] {
  const { t } = useTranslation('program')
  const titles = useTitles()
  return useMemo(() => {
    const options = new Map([['any', t('preview.anyItem')]])
    for (const { scope } of document.campaigns) {
      if (scope.kind === 'tags') {
        for (const tag of scope.tags)
          options.set(`tags:${tag}`, t('preview.tagged', { tag: innerQuotes(tag) }))
      } else if (scope.kind !== 'all') {
        for (const id of scope.ids) {
          const title = titles?.[`${scope.kind}/${id}`] ?? id
          options.set(`${scope.kind}:${id}`, t(`preview.of.${scope.kind}`, { title: innerQuotes(title) }))
        }
      }
    }
    return [...options].map(([value, label]) => ({ value, label }))
  }, [document.campaigns, titles, t])
}

function Steps({ document, why }: { document: Program; why: Parameters<typeof whySteps>[0] }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const nameOf = (items: { id: string; name: Program['name'] }[], id: string) => {
    const found = items.find((item) => item.id === id)
    return found ? innerQuotes(inLocale(found.name, format.language)) : id
  }
  const words: string[] = []
  for (const step of whySteps(why)) {
    if (step.code === 'rate') {
      words.push(
        t('preview.step.rate', {
          rate: format.rate(step.pointsPerUnit, document.pointName),
          unit: format.money('1'),
        }),
      )
    } else if (step.code === 'counted') {
      for (const campaign of step.campaigns) {
        words.push(
          t('preview.step.campaign', {
            name: nameOf(document.campaigns, campaign.id),
            factor: format.decimal(campaign.factor),
          }),
        )
      }
      for (const id of step.outdone) {
        words.push(t('preview.step.outdone', { name: nameOf(document.campaigns, id) }))
      }
    } else if (step.code === 'tier') {
      words.push(
        t('preview.step.tier', {
          name: nameOf(document.tiers.levels, step.id),
          factor: format.decimal(step.factor),
        }),
      )
    } else if (step.code === 'rounded' && step.exact !== String(step.points)) {
      words.push(
        t(`preview.step.${step.rounding}`, {
          exact: format.decimal(step.exact),
          points: format.number(step.points),
        }),
      )
    }
  }
  return (
    <List>
      {words.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  )
}
