import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)

/** Where an installed package lies. */
export const packageFolder = (name: string): string =>
  require.resolve
    .paths(name)
    ?.map((folder) => join(folder, name))
    .find(existsSync) ?? ''

/** Every target that the installed @shopify/ui-extensions has types for: a file each. */
export function knownTargets(): Set<string> {
  const surfaces = join(packageFolder('@shopify/ui-extensions'), 'build/ts/surfaces')
  const folders = readdirSync(surfaces)
    .map((surface) => join(surfaces, surface, 'targets'))
    .filter(existsSync)
  const files = folders.flatMap((folder) => readdirSync(folder)).filter((file) => file.endsWith('.d.ts'))
  return new Set(files.map((file) => file.slice(0, -'.d.ts'.length)))
}
