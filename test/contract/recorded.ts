/** Answers recorded from a real store. They are not part of the project: where they are missing, tests say so. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const recordedFolder = process.env.RECORDED_ANSWERS ?? join(root, '..', 'shared', 'data', 'recorded')
export const hasRecorded = existsSync(recordedFolder)

if (!hasRecorded) console.warn('Skipped: there are no recorded answers of Shopify beside the project.')

// biome-ignore lint/suspicious/noExplicitAny: each recording has a form of its own.
export type Recording = any

export function recording(name: string): Recording {
  return JSON.parse(readFileSync(join(recordedFolder, `${name}.json`), 'utf8'))
}

/**
 * What two stores can have in common: ids become their kind, times and cursors and currencies their name, and
 * `extensions.cost.throttleStatus` the limits without the level.
 */
export function comparable(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => comparable(one))
  if (value && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== 'currentlyAvailable')
        .map(([name, inner]) => [name, comparable(inner, name)]),
    )
  if (typeof value !== 'string') return value
  if (/^gid:\/\/shopify\/(\w+)\//.test(value)) return value.replace(/\/[\w-]+$/, '/…')
  if (key === 'currencyCode') return 'currency'
  if (key === 'startCursor' || key === 'endCursor') return 'cursor'
  if (key === 'createdAt' || key === 'updatedAt') return 'time'
  return value.replaceAll('$', '€').replace(/app--\d+/, 'app--own')
}

export type Exchange = { path: string; query: string; variables: Record<string, unknown>; answer: Recording }

/** Every priced request of a file with its answer: side by side, or the request apart under `requests`. */
export function exchangesOf(file: string): Exchange[] {
  const name = file.replace('.json', '')
  const whole = recording(name)
  return pairs(whole, name, whole.requests ?? {})
}

function pairs(value: Recording, path: string, requests: Record<string, Recording>, key = ''): Exchange[] {
  if (!value || typeof value !== 'object') return []
  const beside = [value, value.request].find((one) => typeof one?.query === 'string')
  const apart =
    requests[key] ?? (/read/i.test(key) ? requests[key.startsWith('code') ? 'codeRead' : 'read'] : undefined)
  const request = beside ?? apart
  const answer = [
    value.payload,
    value.response?.payload,
    value.response?.body,
    value.response?.response?.payload,
    value.response,
  ].find((one) => one?.extensions?.cost)
  const variables = { ...request?.variables, ...value.variables }
  const own = request && answer ? [{ path, query: request.query, variables, answer }] : []
  const inner = Object.entries(value).filter(
    ([name]) => name !== 'requests' && !(own.length > 0 && name === 'response'),
  )
  return [...own, ...inner.flatMap(([name, one]) => pairs(one, `${path}/${name}`, requests, name))]
}
