import type { i18n } from 'i18next'
import { createI18n, type Texts } from './create-i18n.ts'
import type { Language } from './languages.ts'

// What shoppers' surfaces say is never shown in the admin: leave it out of the browser's bundle.
const files = import.meta.glob<{ default: object }>(['../locales/*/*.json', '!../locales/*/surfaces.json'])
const polaris = import.meta.glob<{ default: object }>([
  '../../node_modules/@shopify/polaris/locales/de.json',
  '../../node_modules/@shopify/polaris/locales/en.json',
])

/** Loads the texts of one language only, and Polaris' own. */
export async function loadI18n(language: Language): Promise<i18n> {
  const texts: Texts = {}
  const wanted = Object.entries(files).filter(([path]) => path.includes(`/locales/${language}/`))
  await Promise.all([
    ...wanted.map(async ([path, load]) => {
      texts[path.replace(/^.*\/|\.json$/g, '')] = (await load()).default
    }),
    ...Object.entries(polaris).map(async ([path, load]) => {
      if (path.endsWith(`/${language}.json`)) texts.polaris = (await load()).default
    }),
  ])
  return createI18n(language, texts)
}
