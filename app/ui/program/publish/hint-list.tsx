import { Banner, Box, Button, Link, List } from '@shopify/polaris'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { Program } from '../../../domain/program/program.ts'
import { type ProgramHint, programHints } from '../../../domain/program/program-hints.ts'
import { validateProgram } from '../../../domain/program/validate-program.ts'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import { useFirstOfMore } from '../../kit/kept-focus.ts'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { placeText } from '../draft/issue-text.ts'
import { useProgram } from '../draft/use-program.ts'

/** More would push what they are about out of sight. */
const MOST_AT_ONCE = 6

interface Props {
  document: Program
  /** Which paths belong to the form; absent: all, each with the way to its form. */
  about?: (path: string) => boolean
}

/** What may not be meant so, above what it is about. Nothing here keeps anybody from saving or publishing. */
export function HintList({ document, about }: Props) {
  const { t } = useTranslation('program')
  const shop = useShop()
  const format = useFormat()
  const { now, languages } = useProgram()
  const hints = useMemo(() => {
    const checked = validateProgram(document, shop)
    if (!checked.ok) return []
    return programHints(checked.program, now, languages).filter(({ path }) => about?.(path) ?? true)
  }, [document, shop, now, languages, about])
  const [all, setAll] = useState(false)
  const shown = all ? hints : hints.slice(0, MOST_AT_ONCE)
  // A form of its own says what it is about; tiers share one.
  const place = ({ path }: ProgramHint) => placeText(t, path, document, format)
  const list = useFirstOfMore(shown.length, shown.length < hints.length)
  const text = ({ code, values }: ProgramHint) =>
    t(`hint.${code}`, {
      name: values.name ? innerQuotes(inLocale(values.name, format.language)) : '',
      factor: values.factor && format.decimal(values.factor),
      percent: values.percent !== undefined && format.percent(values.percent / 100),
    })
  return (
    <div ref={list.place} aria-live="polite">
      {hints.length > 0 && (
        <Box paddingBlockEnd="400">
          <Banner tone="warning" title={t('hint.title')}>
            <List>
              {shown.map((hint) => (
                <List.Item key={hint.path + hint.code}>
                  {!about ? (
                    <>
                      <Link url={formOf(hint.path, document)}>{place(hint)}</Link>:{' '}
                    </>
                  ) : (
                    hint.path.startsWith('tiers.levels.') && `${place(hint)}: `
                  )}
                  {text(hint)}
                </List.Item>
              ))}
            </List>
            {shown.length < hints.length && (
              <Button
                variant="plain"
                onClick={() => {
                  list.asked()
                  setAll(true)
                }}
              >
                {t('hint.all', { number: format.number(hints.length) })}
              </Button>
            )}
          </Banner>
        </Box>
      )}
    </div>
  )
}

/** Where a path of the document is edited. */
function formOf(path: string, document: Program): string {
  const [part, index] = path.split('.')
  if (part === 'campaigns' || part === 'rewards') {
    const id = index === undefined ? '' : `/${document[part][Number(index)]?.id}`
    return `/app/program/${part}${id}`
  }
  return `/app/program/${part === 'tiers' || part === 'earning' ? part : 'rules'}`
}
