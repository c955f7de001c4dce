import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, Severity } from '@shopify/theme-check-node'

/**
 * Runs Shopify's theme-check over the theme app extension. Prints every offence and ends with 1 if there is any.
 * A script of an app block may have 10,000 bytes, a style 100,000.
 */

const root = fileURLToPath(new URL('../extensions/points-widget', import.meta.url))
const offences = await check(root, `${root}/.theme-check.yml`)

for (const { check: name, severity, message, uri, start } of offences) {
  const file = relative(root, fileURLToPath(uri))
  console.log(`${file}:${start.line + 1}:${start.character + 1} ${Severity[severity]} ${name}: ${message}`)
}
if (offences.length > 0) {
  console.log(`theme-check: ${offences.length} offences in extensions/points-widget`)
  process.exitCode = 1
} else {
  console.log('theme-check: no offences in extensions/points-widget')
}
