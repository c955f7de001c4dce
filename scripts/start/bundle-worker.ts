import { build } from 'esbuild'
import { projectRoot } from '../dev-environment.ts'
import { WORKER } from './worker-program.ts'

/**
 * Makes one JavaScript file of the worker and the packages it uses, of what it uses of them, without comments and
 * blanks: V8 keeps the text of every program for as long as it runs, and Node, left to itself, strips the types at each
 * start with a compiler that stays in memory as well. Names stay, so that a stack trace can be read.
 */
export async function bundleWorker(): Promise<void> {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['worker.ts'],
    outfile: WORKER.bundle,
    bundle: true,
    // One the driver does without; the other reads settings of the queue that we do not keep in files, and would bring
    // a whole compiler along.
    external: ['pg-native', 'cosmiconfig'],
    // Packages of the older kind ask for parts of Node by `require`, which a module does not have.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
  })
}

if (import.meta.main) await bundleWorker()
