import { type Carried, sentBy } from './admin-requests.ts'
import { adminToken, answerOf } from './shopper-requests.ts'

type Route = { loader?: (args: never) => Promise<unknown>; action?: (args: never) => Promise<unknown> }
export const modules = import.meta.glob<Route>('../../app/routes/app*.{ts,tsx}', { eager: true })
export const nameOf = (file: string) => file.replace(/^.*\/routes\//, '').replace(/\.tsx?$/, '')
const routes = new Map(Object.entries(modules).map(([file, module]) => [nameOf(file), module]))
/** "app.members.export loader" and all others of the folder. */
export const HANDLERS = [...routes].flatMap(([name, module]) =>
  (['loader', 'action'] as const).flatMap((kind) => (module[kind] ? [`${name} ${kind}`] : [])),
)
/** "app.members.$customerId_.history" is /app/members/…/history. */
export function pathOf(name: string, param: string): string {
  const parts = name.split('.').filter((part) => part !== '_index')
  return `/${parts.map((part) => (part.startsWith('$') ? encodeURIComponent(param) : part.replace(/_$/, ''))).join('/')}`
}

/** Calls it as the shop's staff does; what it hands out is waited for, to its last part. */
export async function callHandler(shop: string, handler: string, carried: Carried) {
  const { param = '' } = carried
  const [name = '', kind] = handler.split(' ')
  const run = routes.get(name)?.[kind as 'loader' | 'action']
  if (!run) throw new Error(`${handler} is gone`)
  const names = name
    .split('.')
    .flatMap((part) => (part.startsWith('$') ? part.slice(1).replace(/_$/, '') : []))
  const url = `http://127.0.0.1:3000${pathOf(name, param)}?${new URLSearchParams(carried.query)}`
  const token = await adminToken(shop)
  const request = new Request(url, { method: kind === 'action' ? 'POST' : 'GET', ...sentBy(token, carried) })
  const params = Object.fromEntries(names.map((one) => [one, param]))
  let answer: unknown
  const response = await answerOf(async () => {
    answer = await run({ request, params, context: {} } as never)
    return answer instanceof Response ? answer : null
  })
  if (response)
    return {
      status: response.status,
      text: `${JSON.stringify([...response.headers])}${await response.text()}`,
    }
  const init = (answer as { init?: { status?: number } | number } | null)?.init
  const status = typeof init === 'number' ? init : (init?.status ?? 200)
  return { status, text: JSON.stringify(await settled(answer)) }
}

/** What a loader hands out, once everything in it that comes later has come. */
async function settled(value: unknown): Promise<unknown> {
  const here = await value
  if (Array.isArray(here)) return Promise.all(here.map(settled))
  if (here === null || typeof here !== 'object' || here instanceof Date) return here
  const entries = await Promise.all(
    Object.entries(here).map(async ([name, part]) => [name, await settled(part)]),
  )
  return Object.fromEntries(entries)
}
