import { Card, ChoiceList, FormLayout, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { localDate } from '../../../domain/time/time-window.ts'
import { useShop } from '../../use-shop.ts'
import { useProgram } from '../draft/use-program.ts'

interface Since {
  /** Orders from before the first version count too. */
  past: boolean
  /** "2026-01-01": the first day that counts. */
  day: string
}

/** A day that is over or has begun, in the shop's zone. */
export const isPastDay = (day: string, today: string) => day !== '' && day <= today

/** From when orders count. Only a first program can reach back. */
export function SinceField({ value, onChange }: { value: Since; onChange: (value: Since) => void }) {
  const { t } = useTranslation('program')
  const { now } = useProgram()
  const { timeZone } = useShop()
  const today = localDate(now, timeZone)
  return (
    <Card>
      <FormLayout>
        <ChoiceList
          title={t('publish.since')}
          selected={[value.past ? 'day' : 'now']}
          onChange={([choice]) => onChange({ ...value, past: choice === 'day' })}
          choices={[
            { value: 'now', label: t('publish.sinceNow') },
            {
              value: 'day',
              label: t('publish.sinceDay'),
              helpText: t('publish.sinceDayHelp'),
              renderChildren: (selected) =>
                selected && (
                  <TextField
                    label={t('publish.day')}
                    type="date"
                    autoComplete="off"
                    max={today}
                    value={value.day}
                    error={isPastDay(value.day, today) ? undefined : t('publish.dayWrong')}
                    onChange={(day) => onChange({ ...value, day })}
                  />
                ),
            },
          ]}
        />
      </FormLayout>
    </Card>
  )
}
