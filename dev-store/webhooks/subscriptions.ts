/** The webhook subscriptions of the app, read from its `shopify.app.toml` as Shopify does on deployment. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'

export interface Subscription {
  topic: string
  /** Absolute address, or a path below the app's address. */
  uri: string
  /** Null: the whole payload. Dots reach inside: "line_items.id". */
  includeFields: string[] | null
}

export interface Subscriptions {
  apiVersion: string
  list: Subscription[]
}

interface Toml {
  webhooks?: {
    api_version?: string
    subscriptions?: {
      topics?: string[]
      compliance_topics?: string[]
      uri?: string
      include_fields?: string[]
    }[]
  }
}

/** An absent file means no subscriptions. Throws with the file's name when the TOML is malformed. */
export function readSubscriptions(projectRoot: string): Subscriptions {
  const path = join(projectRoot, 'shopify.app.toml')
  if (!existsSync(path)) return { apiVersion: '2026-10', list: [] }
  return parseSubscriptions(readFileSync(path, 'utf8'))
}

export function parseSubscriptions(text: string): Subscriptions {
  const { webhooks } = parse(text) as Toml
  const list = (webhooks?.subscriptions ?? []).flatMap((entry) => {
    const topics = [...(entry.topics ?? []), ...(entry.compliance_topics ?? [])]
    return topics.map((topic) => ({
      topic,
      uri: entry.uri ?? '/webhooks',
      includeFields: entry.include_fields ?? null,
    }))
  })
  return { apiVersion: webhooks?.api_version ?? '2026-10', list }
}

/** Keeps only the named fields; a name without dots keeps all that is below it. */
export function pickFields(
  payload: Record<string, unknown>,
  fields: string[] | null,
): Record<string, unknown> {
  return fields === null ? payload : (pick(payload, fields) as Record<string, unknown>)
}

function pick(value: unknown, fields: string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => pick(one, fields))
  if (value === null || typeof value !== 'object') return value
  const picked: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (fields.includes(key)) {
      picked[key] = inner
      continue
    }
    const below = fields
      .filter((field) => field.startsWith(`${key}.`))
      .map((field) => field.slice(key.length + 1))
    if (below.length > 0) picked[key] = pick(inner, below)
  }
  return picked
}
