import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { packageFolder } from './targets.ts'
import { strangers } from './ui-extension.ts'

/** https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration */
const KEYS =
  'name target class tag limit javascript stylesheet templates enabled_on disabled_on available_if settings blocks default'
const TARGETS = ['section', 'head', 'body', 'compliance_head']
const LONGEST_NAME = 25
const MOST_STEPS = 100

interface Setting {
  type: string
  id?: string
  default?: unknown
  min?: number
  max?: number
  step?: number
  autofill?: unknown
  visible_if?: string
}

interface Schema {
  name?: string
  target?: string
  available_if?: string
  settings?: Setting[]
}

/** What is wrong in the `{% schema %}` of an app block, which theme-check does not read. */
export function faultsOfBlock(liquid: string): string[] {
  const schema = schemaOf(liquid)
  if (!schema) return ['its schema is no JSON, or there is none']
  const { name = '', target = '', available_if: condition, settings = [] } = schema
  const ids = settings.flatMap(({ id }) => id ?? [])
  const isKnown = (id: string) => ids.includes(id)
  const named = [...liquid.matchAll(/block\.settings\.(\w+)/g)].map((match) => match[1] ?? '')
  return [
    ...strangers(schema, KEYS, 'the schema'),
    ...(TARGETS.includes(target) ? [] : [`unknown target "${target}"`]),
    ...(name.startsWith('t:') || name.length <= LONGEST_NAME
      ? []
      : [`its name is longer than ${LONGEST_NAME}`]),
    ...(condition === undefined || /^\{\{\s*app\.metafields\.[\w-]+\.[\w-]+\s*\}\}$/.test(condition)
      ? []
      : [`available_if "${condition}" names no metafield of the app`]),
    ...faultsOfSettings(settings),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `setting ${id} stands there twice`),
    ...new Set(named.filter((id) => !isKnown(id)).map((id) => `block.settings.${id} is no setting`)),
  ]
}

function schemaOf(liquid: string): Schema | null {
  const text = /\{%-?\s*schema\s*-?%\}([\s\S]*?)\{%-?\s*endschema/.exec(liquid)?.[1]
  try {
    return text === undefined ? null : (JSON.parse(text) as Schema)
  } catch {
    return null
  }
}

function faultsOfSettings(settings: Setting[]): string[] {
  const valid = validator()
  // Resources in app blocks may be filled in by Shopify; the theme's schema does not know that.
  const plain = settings.map(({ autofill: _, ...rest }) => rest)
  const wrong = valid(plain) ? [] : (valid.errors ?? []).slice(0, 3)
  return [
    ...wrong.map(({ instancePath, message }) => `settings${instancePath} ${message}`),
    ...settings
      .filter((one) => one.type === 'range' && !isRange(one))
      .map(({ id }) => `range ${id} does not hold`),
  ]
}

function isRange({ default: chosen, min = 0, max = 0, step = 1 }: Setting): boolean {
  return typeof chosen === 'number' && chosen >= min && chosen <= max && (max - min) / step <= MOST_STEPS
}

/** Shopify's own schemas of settings, as its theme tools ship them. */
function validator() {
  const folder = join(packageFolder('@shopify/theme-check-docs-updater'), 'data')
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  for (const name of ['setting', 'settings', 'default_setting_values']) {
    const schema = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as object
    ajv.addSchema(schema, `https://schemas.example/${name}.json`)
  }
  return ajv.compile({ $ref: 'https://schemas.example/settings.json' })
}
