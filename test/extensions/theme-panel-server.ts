import { readFileSync } from 'node:fs'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { renderBlocks, themeAssetRoutes } from '../../dev-store/liquid/render.ts'
import { member, page, pointName } from './theme-samples.ts'

/**
 * A storefront page with the widget, and the app's panel API in its agreed shape, behind one address. It keeps books:
 * the same key redeems once, as the app does. `behave` bends single answers.
 */

const text = (locale: string, de: string, en: string) => (locale === 'de' ? de : en)

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

export interface Behaviour {
  signedIn?: boolean
  /** No program is in force yet. */
  unstarted?: boolean
  /** Points before anything is redeemed; 1,240 unless told. */
  balance?: number
  /** Answers of GET panel fail as long as this is true. */
  panelFails?: boolean
  /** POST panel/redeem: 'lost' redeems but the answer never arrives ('lost-ready': the code is there at once); 'refused' is an error of the app, 'outrun'
   *  as well: another tab has just redeemed; so is 'gone': the merchant has just taken the reward out. */
  redeem?: ('ok' | 'lost' | 'lost-ready' | 'refused' | 'outrun' | 'gone' | 'ready')[]
  /** What the reward costs that was shown for 500 points. */
  price?: number
  /** So many readings find guest points on their way. */
  claiming?: number
  /** POST panel/give-back: 'used' is refused, 'away' leaves the code ending, 'lost' ends it without an answer. */
  giveBack?: 'used' | 'away' | 'lost'
  /** Polls answered "preparing" before the code is ready. */
  polls?: number
  /** What preparing ends in. */
  outcome?: 'ready' | 'returned'
  /** What is redeemed becomes no code: the shopper has it when it is made. */
  given?: boolean
  empty?: boolean
  /** What the second reward costs; without it, more than there is. */
  tenOff?: number
  debt?: number
  expiring?: { points: number; on: string; later?: { points: number; on: string }[] }
  delay?: number
  /** To the next tier, as decimal text, in the shop's currency. */
  missing?: { amount: string; currency: string }
}

interface Redemption {
  id: string
  rewardId: string
  /** Null: it is none. */
  code: string | null
  /** What the shopper has of what is no code. */
  given: string | null
  rewardName: string
  status: string
  cost: number
  validUntil: string
  orderName?: string
}

const history = (locale: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.UTC(2026, 10, 20 - from - index, 9)).toISOString(),
    text: text(locale, `Bestellung #${1042 - from - index}`, `Order #${1042 - from - index}`),
    points: index === 2 ? -12 : 49 + index,
    status: index === 0 && from === 0 ? 'pending' : 'available',
    detail:
      index === 3
        ? []
        : [
            text(
              locale,
              'Warenwert 49,90 € × 1 Punkt je Euro = 49,9',
              'Goods €49.90 × 1 point per euro = 49.9',
            ),
            text(locale, 'Abgerundet auf 49 Punkte', 'Rounded down to 49 points'),
          ],
  }))

export class PanelServer {
  behaviour: Behaviour = {}
  requests: string[] = []
  redemptions = new Map<string, Redemption>()
  #polls = 0
  #seen = 0
  #read = 0
  #server: ServerType | null = null
  origin = ''

  reset(behaviour: Behaviour = {}) {
    this.behaviour = { signedIn: true, ...behaviour }
    this.requests = []
    this.redemptions.clear()
    this.#polls = 0
    this.#seen = 0
    this.#read = 0
  }

  async start(): Promise<void> {
    const app = new Hono()
    app.use(async (c, next) => {
      this.requests.push(`${c.req.method} ${new URL(c.req.url).pathname}`)
      await next()
    })
    app.route('/', themeAssetRoutes())
    app.get('/axe.js', (c) => c.body(axe, 200, { 'content-type': 'text/javascript' }))
    app.get('/shop/:locale/:page', async (c) =>
      c.html(await this.#page(c.req.param(), c.req.query('dark') === '1')),
    )
    app.get('/apps/stammgast/panel', (c) => this.#panel(c.req.query('locale') ?? 'de'))
    app.get('/apps/stammgast/panel/history', (c) => {
      const locale = c.req.query('locale') ?? 'de'
      return Response.json({ history: history(locale, 5, 3), nextPage: null })
    })
    app.post('/apps/stammgast/panel/redeem', async (c) => {
      if (c.req.header('content-type') !== 'application/json') return c.body(null, 415)
      return this.#redeem(await c.req.json(), c.req.query('locale') ?? 'de')
    })
    app.post('/apps/stammgast/panel/give-back', async (c) => {
      if (c.req.header('content-type') !== 'application/json') return c.body(null, 415)
      return this.#giveBack((await c.req.json()).id, c.req.query('locale') ?? 'de')
    })
    app.get('/apps/stammgast/panel/redemption', (c) =>
      this.#redemption(c.req.query('id') ?? '', c.req.query('locale') ?? 'de'),
    )
    await new Promise<void>((resolve) => {
      this.#server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
        this.origin = `http://127.0.0.1:${port}`
        resolve()
      })
    })
  }

  stop(): void {
    this.#server?.close()
  }

  async #page({ locale, page: name }: { locale: string; page: string }, dark: boolean): Promise<string> {
    const debt = this.behaviour.debt ?? 0
    const { nextTier, available, nextReward, expiring } = this.#member(0, debt)
    const membership = { ...member, available, debt, nextTier, nextReward, ...(expiring && { expiring }) }
    const context = page({
      ...(this.behaviour.signedIn ? { membership } : {}),
      shopCurrency: this.behaviour.missing?.currency ?? 'EUR',
      locale: locale as 'de' | 'en',
      ...(this.behaviour.unstarted && { program: null }),
      page: name,
    })
    const [head, sections, body] = await Promise.all([
      renderBlocks({ ...context, target: 'head' }),
      renderBlocks({ ...context, target: 'section' }),
      renderBlocks({ ...context, target: 'body' }),
    ])
    const colours = dark ? 'background:#15181b;color:#f2efe9' : 'background:#fff;color:#1d1d1b'
    return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>Kontor Lindental</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">${head}
      <style>body{margin:0;font:16px/1.5 "DejaVu Sans",sans-serif;${colours}} main{max-width:60rem;margin:auto;padding:16px}</style>
      </head><body><main><h1>Kontor Lindental</h1>${sections}<p><a href="#main">…</a></p></main>${body}</body></html>`
  }

  async #panel(locale: string): Promise<Response> {
    const { signedIn, panelFails, empty, debt = 0, delay } = this.behaviour
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay))
    if (panelFails) return new Response('Bad gateway', { status: 502 })
    const ways = [
      { text: text(locale, '1 Punkt je Euro', '1 point per euro') },
      { text: text(locale, 'Gold: 1,5-fache Punkte', 'Gold: 1.5 times the points') },
    ]
    const reward = (id: string, de: string, en: string, cost: number, more: object = {}) => ({
      id,
      name: text(locale, de, en),
      description: text(
        locale,
        'Ab 20 € Einkaufswert, 90 Tage gültig',
        'Minimum spend €20, valid for 90 days',
      ),
      cost,
      affordable: this.#balance() >= cost && !debt,
      missing: Math.max(0, cost - this.#balance()),
      available: true,
      reason: null,
      ...more,
    })
    const rewards = empty
      ? []
      : [
          reward(
            'five-off',
            '5 € Rabatt',
            '€5 off',
            this.#seen++ > 0 ? (this.behaviour.price ?? 500) : 500,
            debt ? { available: false, reason: 'debt' } : {},
          ),
          reward('ten-off', '10 € Rabatt', '€10 off', this.behaviour.tenOff ?? 2000),
          reward('gold-gift', '15 % Rabatt für Goldmitglieder', '15% off for gold members', 800, {
            available: false,
            reason: 'tier',
          }),
        ]
    if (this.behaviour.unstarted) {
      const member = {
        available: 0,
        pending: 0,
        held: 0,
        debt: 0,
        tier: null,
        nextTier: null,
        nextReward: null,
      }
      const hers = { member, claiming: false, codes: [], history: [], nextPage: null }
      return Response.json({ signedIn, ...(signedIn && hers), rewards: [], ways: [] })
    }
    if (!signedIn) return Response.json({ signedIn: false, ways, rewards, pointName })
    const open = [...this.redemptions.values()].filter(
      ({ status }) => status === 'ready' || status === 'reserved' || status === 'preparing',
    )
    const held = open.length * 500
    return Response.json({
      signedIn: true,
      member: this.#member(held, debt),
      claiming: this.#read++ < (this.behaviour.claiming ?? 0),
      rewards,
      codes: [...this.redemptions.values()].filter(({ status }) => status !== 'used'),
      history: empty ? [] : history(locale, 0, 5),
      nextPage: empty ? null : 'next',
      ways,
      pointName,
    })
  }

  #balance(): number {
    const given = [...this.redemptions.values()].filter(({ status }) => status === 'used').length
    return (this.behaviour.balance ?? 1240) - given * 500
  }

  #member(held: number, debt: number) {
    const { tier } = member
    const { expiring, missing } = this.behaviour
    const amount = missing?.amount ?? member.nextTier.missing.amount
    const nextTier = { ...member.nextTier, missing: { basis: 'spend', amount } }
    const available = debt ? 0 : this.#balance() - held
    // The cheapest that the points do not cover yet.
    const cost = available < 500 ? 500 : 2000
    const name = cost === 500 ? { de: '5 € Rabatt', en: '€5 off' } : { de: '10 € Rabatt', en: '€10 off' }
    const nextReward = { name, cost, missing: Math.max(0, cost - available) }
    return { available, pending: 49, held, debt, tier, nextTier, nextReward, ...(expiring && { expiring }) }
  }

  #redeem(
    { rewardId, key, price }: { rewardId: string; key: string; price: number },
    locale: string,
  ): Response {
    const way = this.behaviour.redeem?.shift() ?? 'ok'
    const cost = this.behaviour.price ?? 500
    if (price !== cost) {
      const message = text(
        locale,
        `Diese Prämie kostet jetzt ${cost} Punkte. Möchten Sie sie trotzdem einlösen?`,
        `This reward now costs ${cost} points. Do you still want to redeem it?`,
      )
      return Response.json({ error: { code: 'price-changed', message } }, { status: 409 })
    }
    if (way === 'outrun') {
      for (const n of [1, 2]) this.redemptions.set(`other-${n}`, this.#made(`other-${n}`, 'ready', locale))
      const message = text(locale, 'Dafür reichen Ihre Punkte noch nicht.', 'Not enough points yet.')
      return Response.json({ error: { code: 'not-enough-points', message } }, { status: 409 })
    }
    if (way === 'gone') {
      this.behaviour.empty = true
      const message = text(locale, 'Diese Prämie gibt es nicht mehr.', 'This reward is gone.')
      return Response.json({ error: { code: 'reward-unknown', message } }, { status: 404 })
    }
    if (way === 'refused') {
      const message = text(locale, 'Diese Prämie ist gerade vergriffen.', 'This reward has just run out.')
      return Response.json({ error: { code: 'sold-out', message } }, { status: 409 })
    }
    const id = `${rewardId}:${key}`
    if (!this.redemptions.has(id))
      this.redemptions.set(id, this.#made(id, way.endsWith('ready') ? 'ready' : 'preparing', locale))
    if (way.startsWith('lost')) return new Response('Gateway timeout', { status: 504 })
    const redemption = this.redemptions.get(id)
    return Response.json({ redemption, member: this.#member(redemption?.given ? 0 : 500, 0) })
  }

  #made(id: string, status: string, locale: string): Redemption {
    const rewardName = text(locale, '5 € Rabatt', '€5 off')
    const [rewardId = ''] = id.split(':')
    const code = this.behaviour.given ? null : 'TREUE-7K4M'
    const made = { id, rewardId, code, given: null, rewardName, status, cost: 500, validUntil: '2027-02-19' }
    return status === 'ready' ? this.#done(made, locale) : made
  }

  #done(redemption: Redemption, locale: string): Redemption {
    if (redemption.code !== null) return Object.assign(redemption, { status: 'ready' })
    const given = text(locale, '5 € Guthaben sind auf Ihrem Konto.', '€5 store credit is on your account.')
    return Object.assign(redemption, { status: 'used', given })
  }

  /** A code that stands on an order which is not paid yet. */
  reserve(locale: string): void {
    const code = { ...this.#made('reserved', 'reserved', locale), orderName: '#1042' }
    this.redemptions.set('reserved', code)
  }

  #giveBack(id: string, locale: string): Response {
    const redemption = this.redemptions.get(id)
    const way = this.behaviour.giveBack
    if (!redemption || way === 'used') {
      const message = text(locale, 'Dieser Code wird gerade genutzt.', 'This code is being used.')
      return Response.json({ error: { code: 'code-used', message } }, { status: 409 })
    }
    redemption.status = way === 'away' ? 'ending' : 'returned'
    if (way === 'lost') return new Response('Gateway timeout', { status: 504 })
    return Response.json({ redemption, member: this.#member(0, 0) })
  }

  #redemption(id: string, locale: string): Response {
    const redemption = this.redemptions.get(id)
    if (!redemption)
      return Response.json({ error: { code: 'unknown', message: 'Unbekannt' } }, { status: 404 })
    const { polls = 1, outcome = 'ready' } = this.behaviour
    if (this.#polls++ < polls) return Response.json({ redemption })
    if (outcome === 'ready') this.#done(redemption, locale)
    else redemption.status = outcome
    return Response.json({ redemption })
  }
}
