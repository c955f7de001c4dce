import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { knownTargets } from './targets.ts'

export interface UiExtension {
  type: string
  targeting?: { target: string; module?: string }[]
  capabilities?: object
  supported_features?: object
}

/** What Shopify's command line reads (4.8, its schema of UI extensions). */
const KEYS = {
  extension: 'type name description handle uid targeting metafields capabilities supported_features settings',
  targeting:
    'target module should_render tools instructions intents metafields default_placement urls capabilities preloads assets',
  capabilities: 'network_access block_progress api_access collect_buyer_consent iframe bundle_size_exception',
  features: 'runs_offline',
}

const FULL_PAGE = /^customer-account\.(?:order\.)?page\.render$/
const ADMIN_BLOCK = /^admin\..+\.block\.render$/

export function faultsOfUiExtension(folder: string, extension: UiExtension): string[] {
  const { targeting = [], capabilities, supported_features: features } = extension
  const known = knownTargets()
  return [
    ...strangers(extension, KEYS.extension, 'the extension'),
    ...strangers(capabilities, KEYS.capabilities, 'capabilities'),
    ...strangers(features, KEYS.features, 'supported_features'),
    ...targeting.flatMap((one) => [
      ...strangers(one, KEYS.targeting, one.target),
      ...(known.has(one.target) ? [] : [`unknown target ${one.target}`]),
      ...(one.module && !existsSync(join(folder, one.module)) ? [`${one.target}: no ${one.module}`] : []),
    ]),
    ...faultsOfCompany(targeting.map(({ target }) => target)),
  ]
}

/** Some targets stand alone in their extension. */
function faultsOfCompany(targets: string[]): string[] {
  const twice = targets.filter((target, index) => targets.indexOf(target) !== index)
  const alone =
    targets.length > 1 ? targets.filter((one) => FULL_PAGE.test(one) || ADMIN_BLOCK.test(one)) : []
  return [
    ...twice.map((target) => `${target} stands there twice`),
    ...alone.map((target) => `${target} shares its extension with no other target`),
  ]
}

export function strangers(object: object | undefined, known: string, where: string): string[] {
  const names = known.split(' ')
  return Object.keys(object ?? {})
    .filter((key) => !names.includes(key))
    .map((key) => `unknown key "${key}" in ${where}`)
}
