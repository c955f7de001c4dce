import polarisDe from '@shopify/polaris/locales/de.json' with { type: 'json' }
import polarisEn from '@shopify/polaris/locales/en.json' with { type: 'json' }
import type { i18n } from 'i18next'
import { createI18n, type Texts } from './create-i18n.ts'
import type { Language } from './languages.ts'

/** Every namespace of every language, bundled. */
const files = import.meta.glob<{ default: object }>('../locales/*/*.json', { eager: true })
const polaris: Record<Language, object> = { de: polarisDe, en: polarisEn }

function textsOf(language: Language): Texts {
  const texts: Texts = { polaris: polaris[language] }
  for (const [path, file] of Object.entries(files)) {
    const [folder, name] = path.split('/').slice(-2)
    if (folder === language && name) texts[name.replace('.json', '')] = file.default
  }
  return texts
}

const instances = new Map<Language, i18n>()

/** The instance of a language; it holds no state of a request, so all requests share it. */
export function i18nOf(language: Language): i18n {
  const known = instances.get(language)
  if (known) return known
  const fresh = createI18n(language, textsOf(language))
  instances.set(language, fresh)
  return fresh
}
