import { BlockStack, Box, ChoiceList, FormLayout, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { warnsOn } from '../../../domain/expiry/expiry.ts'
import {
  activityAction,
  EXPIRY_LIMITS,
  type ExpiryRule,
  mostWarnDays,
} from '../../../domain/expiry/expiry-rule.ts'
import { addMonthsToDate, localDate } from '../../../domain/time/time-window.ts'
import { WholeField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { expiryEffectTexts } from '../describe.ts'
import { useProgram } from '../draft/use-program.ts'

interface Props {
  expiry: ExpiryRule
  onChange: (expiry: ExpiryRule) => void
  /** Words for what is wrong at a path of the document. */
  error: (path: string) => string | undefined
}

type Kind = ExpiryRule['kind']
const KINDS: Kind[] = ['never', 'after-earning', 'after-inactivity']
const MONTHS = 12
const WARN_DAYS = 30

/** When points lapse, how early that is told, and what it means for points of today. */
export function ExpiryCard({ expiry, onChange, error }: Props) {
  const { t } = useTranslation('program')
  const choose = (kind: Kind) => {
    const { months, warnDays } = expiry.kind === 'never' ? { months: MONTHS, warnDays: WARN_DAYS } : expiry
    if (kind === 'never') onChange({ kind })
    else if (kind === 'after-earning') onChange({ kind, months, warnDays })
    else onChange({ kind, months, warnDays, actions: ['order', 'redemption'] })
  }
  return (
    <TitledCard title={t('rules.expiry')}>
      <ChoiceList
        title={t('expiry.kind.label')}
        choices={KINDS.map((kind) => ({
          label: t(`expiry.kind.${kind}`),
          value: kind,
          helpText: kind === 'never' ? undefined : t(`expiry.kind.${kind}Help`),
        }))}
        selected={[expiry.kind]}
        onChange={([kind]) => choose(kind as Kind)}
      />
      {expiry.kind !== 'never' && (
        <>
          <FormLayout>
            <FormLayout.Group>
              <WholeField
                label={t('expiry.months')}
                value={expiry.months}
                onChange={(months) => onChange({ ...expiry, months })}
                error={error('expiry.months')}
                suffix={t('rules.months')}
                unit={t('rules.months')}
                range={EXPIRY_LIMITS.months}
              />
              <WholeField
                label={t('expiry.warnDays')}
                value={expiry.warnDays}
                onChange={(warnDays) => onChange({ ...expiry, warnDays })}
                error={error('expiry.warnDays')}
                suffix={t('rules.days')}
                unit={t('rules.days')}
                range={{
                  ...EXPIRY_LIMITS.warnDays,
                  max: usable(expiry.months) ? mostWarnDays(expiry.months) : EXPIRY_LIMITS.warnDays.max,
                }}
                helpText={t('expiry.warnDaysHelp')}
              />
            </FormLayout.Group>
          </FormLayout>
          {expiry.kind === 'after-inactivity' && (
            <ChoiceList
              allowMultiple
              title={t('expiry.actions.label')}
              choices={activityAction.options.map((action) => ({
                label: t(`expiry.actions.${action}`),
                value: action,
              }))}
              selected={expiry.actions}
              error={error('expiry.actions') && t('expiry.actions.none')}
              onChange={(actions) =>
                onChange({
                  ...expiry,
                  actions: activityAction.options.filter((action) => actions.includes(action)),
                })
              }
            />
          )}
          <Example expiry={expiry} />
        </>
      )}
      <ForCollected expiry={expiry} />
    </TitledCard>
  )
}

/** What the rule as it is typed means for points that are collected already. */
function ForCollected({ expiry }: { expiry: ExpiryRule }) {
  const { t } = useTranslation('program')
  const { live } = useProgram()
  const typed = expiry.kind === 'never' || (usable(expiry.months) && usable(expiry.warnDays))
  const lines = live && typed ? expiryEffectTexts(t, live.document.expiry, expiry) : []
  return (
    <div aria-live="polite">
      <BlockStack gap="200">
        {lines.map((line) => (
          <Text as="p" tone="subdued" key={line}>
            {line}
          </Text>
        ))}
      </BlockStack>
    </div>
  )
}

const usable = (value: number) => Number.isInteger(value) && value >= 1 && value <= 1_000

/** Worked out for points of today, by the rule as it is typed. */
function Example({ expiry }: { expiry: Exclude<ExpiryRule, { kind: 'never' }> }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { timeZone } = useShop()
  const { now } = useProgram()
  if (!usable(expiry.months) || !usable(expiry.warnDays)) return null
  const from = localDate(now, timeZone)
  const on = addMonthsToDate(from, expiry.months)
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <BlockStack gap="100">
        <Text as="h3" variant="headingSm">
          {t('expiry.example.heading')}
        </Text>
        <div aria-live="polite">
          <Text as="p">
            {t(`expiry.example.${expiry.kind}`, {
              from: format.day(from),
              on: format.day(on),
              warn: format.day(warnsOn(expiry, on) ?? on),
            })}
          </Text>
        </div>
      </BlockStack>
    </Box>
  )
}
