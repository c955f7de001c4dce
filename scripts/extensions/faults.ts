import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { faultsOfBlock } from './app-block.ts'
import { packageFolder } from './targets.ts'
import { faultsOfUiExtension, type UiExtension } from './ui-extension.ts'

/** What Shopify's command line takes (4.8); a word that it does not know it passes over. */
const TYPES = [
  'ui_extension',
  'theme',
  'function',
  'flow_trigger',
  'flow_action',
  'flow_template',
  'flow_trigger_lifecycle_callback',
  'web_pixel_extension',
  'admin_link',
  'editor_extension_collection',
]

interface Toml {
  api_version?: string
  type?: string
  extensions?: UiExtension[]
}

/** What is wrong in the extensions of this folder, one sentence each; empty when nothing is. */
export function faultsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'shopify.extension.toml')))
    .flatMap((name) => faultsOfFolder(join(folder, name)).map((fault) => `${name}: ${fault}`))
}

function faultsOfFolder(folder: string): string[] {
  const toml = parse(readFileSync(join(folder, 'shopify.extension.toml'), 'utf8')) as Toml
  const extensions = toml.extensions ?? [toml as UiExtension]
  return [
    ...extensions.flatMap((extension) => [
      ...(TYPES.includes(extension.type) ? [] : [`unknown type "${extension.type}"`]),
      ...(extension.type === 'ui_extension' ? faultsOfUiExtension(folder, extension) : []),
      ...faultsOfTexts(folder, extension),
    ]),
    ...(extensions.some(({ type }) => type === 'ui_extension') ? faultsOfVersion(toml) : []),
    ...faultsOfBlocks(folder),
  ]
}

/** An extension is written against the types of one version. */
function faultsOfVersion({ api_version: version }: Toml): string[] {
  const { version: installed } = JSON.parse(
    readFileSync(join(packageFolder('@shopify/ui-extensions'), 'package.json'), 'utf8'),
  ) as { version: string }
  const [year = '', month = ''] = installed.split('.')
  const wanted = `${year}-${month.padStart(2, '0')}`
  return version === wanted ? [] : [`api_version is "${version}", the installed types are of "${wanted}"`]
}

/** `t:name` stands for a text of the one file `locales/xx.default.json`. */
function faultsOfTexts(folder: string, extension: object): string[] {
  const keys = [...JSON.stringify(extension).matchAll(/"t:([\w.]+)"/g)].map((match) => match[1] ?? '')
  if (keys.length === 0) return []
  const locales = join(folder, 'locales')
  const files = existsSync(locales)
    ? readdirSync(locales).filter((file) => file.endsWith('.default.json'))
    : []
  const [file] = files
  if (!file || files.length > 1) return [`${files.length} files locales/*.default.json, one is needed`]
  const texts: unknown = JSON.parse(readFileSync(join(locales, file), 'utf8'))
  return keys.filter((key) => typeof textAt(texts, key) !== 'string').map((key) => `no text for t:${key}`)
}

function textAt(texts: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], texts)
}

function faultsOfBlocks(folder: string): string[] {
  const blocks = join(folder, 'blocks')
  if (!existsSync(blocks)) return []
  return readdirSync(blocks).flatMap((file) =>
    faultsOfBlock(readFileSync(join(blocks, file), 'utf8')).map((fault) => `blocks/${file}: ${fault}`),
  )
}
