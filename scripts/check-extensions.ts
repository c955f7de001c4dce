import { fileURLToPath } from 'node:url'
import { faultsOf } from './extensions/faults.ts'
import { knownTargets } from './extensions/targets.ts'

/**
 * Finds in the extensions what `shopify app build` and theme-check let pass: unknown targets, keys and types, texts that
 * are not there, settings of app blocks that Shopify does not know. Prints every fault and ends with 1 if there is any.
 */

const faults = faultsOf(fileURLToPath(new URL('../extensions', import.meta.url)))
for (const fault of faults) console.log(fault)
console.log(
  `${faults.length === 0 ? 'no' : faults.length} faults in extensions (${knownTargets().size} targets known)`,
)
if (faults.length > 0) process.exitCode = 1
