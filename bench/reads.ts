import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import { openLab } from './batch-lab.ts'
import { cpuOf, parentOf } from './cpu.ts'
import { type Figure, helper, interleavedRounds, median, SECRET } from './support.ts'

const SHOPS = 20
const CUSTOMERS = 2_000
const ORDERS_A_MEMBER = 8
const REQUESTS = 400
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const RIVALS = ['bare', 'membership', 'panel'] as const
type Rival = (typeof RIVALS)[number]
/** Shopify's library answers 410 to everything that does not look like a browser. */
const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

/**
 * What it costs to tell a shopper of her points: the balance for checkout, account and till, and the whole panel with
 * rewards, ways to earn and the first page of the history; beside reading one row by its key over HTTP. Processor time
 * of the web process and of PostgreSQL together, one request after another, of members with a few orders each.
 */
export async function readsBench(): Promise<Figure[]> {
  const lab = await openLab({ shops: SHOPS, customers: CUSTOMERS })
  await lab.settle(CUSTOMERS * ORDERS_A_MEMBER)
  // They have been in the shop before: nobody has to be asked for their guest orders.
  await lab.owner.query('UPDATE account SET guest_claimed_at = now()')
  const web = helper('web-server.ts', { PORT: '0', HOST: '127.0.0.1' })
  const bare = helper('bare-read.ts')
  try {
    const { rows } = await lab.owner.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const postgres = await parentOf(rows[0]?.pid as number)
    const [{ port, pid }, small] = await Promise.all([
      web.ask<{ port: number; pid: number }>({}),
      bare.ask<{ port: number; pid: number }>({}),
    ])
    const ask: Record<Rival, (customer: number) => Promise<Response>> = {
      bare: (customer) =>
        fetch(`http://127.0.0.1:${small.port}/?shop=${shopOf(customer)}&account=${customer + 1}`),
      membership: (customer) => membership(port, customer),
      panel: (customer) => fetch(`http://127.0.0.1:${port}/proxy/panel?${proxyQuery(customer)}`, BROWSING),
    }
    let next = 0
    const rounds = await interleavedRounds(RIVALS, ROUNDS, async (rival) => {
      const before = await cpuOf([pid, small.pid, postgres])
      for (let i = 0; i < REQUESTS; i++) {
        const answer = await ask[rival](next++ % CUSTOMERS)
        if (answer.status !== 200)
          throw new Error(`${rival} answered ${answer.status}: ${await answer.text()}`)
        await answer.arrayBuffer()
      }
      return ((await cpuOf([pid, small.pid, postgres])) - before) / REQUESTS
    })
    const cost = (rival: Rival) => median(rounds.map((round) => round[rival]))
    return [
      figure('CPU to read one row by its key over HTTP', cost('bare'), null, null),
      figure('CPU to tell a balance (membership)', cost('membership'), 7.5, 2),
      figure('CPU to tell all that the panel shows', cost('panel'), 13.5, 4),
    ]
  } finally {
    web.stop()
    bare.stop()
    await lab.close()
  }
}

const figure = (name: string, value: number, must: number | null, target: number | null): Figure => ({
  name,
  value,
  unit: 'ms',
  must,
  target,
  lessIsBetter: true,
})

const BROWSING = { headers: { 'user-agent': BROWSER } }
const shopOf = (customer: number) => 1 + (customer % SHOPS)
const domainOf = (customer: number) => `bench-${shopOf(customer)}.myshopify.com`

async function membership(port: number, customer: number): Promise<Response> {
  const now = Math.floor(Date.now() / 1_000)
  const token = await new SignJWT({
    dest: domainOf(customer),
    sub: `gid://shopify/Customer/${1_000_000 + customer}`,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setAudience('bench')
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + 300)
    .setJti(String(customer))
    .sign(new TextEncoder().encode(SECRET))
  return fetch(`http://127.0.0.1:${port}/api/membership?locale=de`, {
    headers: { ...BROWSING.headers, authorization: `Bearer ${token}` },
  })
}

/** As Shopify's app proxy sends it. */
function proxyQuery(customer: number): URLSearchParams {
  const query = new URLSearchParams({
    locale: 'de',
    shop: domainOf(customer),
    logged_in_customer_id: String(1_000_000 + customer),
    path_prefix: '/apps/stammgast',
    timestamp: String(Math.floor(Date.now() / 1_000)),
  })
  const text = [...query]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('')
  query.set('signature', createHmac('sha256', SECRET).update(text).digest('hex'))
  return query
}
