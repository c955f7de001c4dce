import { build } from 'esbuild'
import { projectRoot } from '../dev-environment.ts'
import { WORKER } from './worker-program.ts'

/**
 * Makes one JavaScript file of the worker's own sources; packages stay where they are. Left to itself Node strips the
 * types at each start, with a compiler that then stays in memory for as long as the worker lives.
 */
export async function bundleWorker(): Promise<void> {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['worker.ts'],
    outfile: WORKER.bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
  })
}

if (import.meta.main) await bundleWorker()
