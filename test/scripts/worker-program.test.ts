import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WORKER } from '../../scripts/start/worker-program.ts'

/** Neither of the two can read it from there. */
test('`npm run worker` and the Dockerfile start the worker as `npm start` does', () => {
  const command = ['node', ...WORKER.args].join(' ')
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  expect(scripts.worker).toBe(command)
  expect(readFileSync('Dockerfile', 'utf8')).toContain(`"${command}"`)
})
