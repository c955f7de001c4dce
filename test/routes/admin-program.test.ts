import { beforeEach, describe, expect, test } from 'vitest'
import type { Program } from '../../app/domain/program/program.ts'
import { asKind, type Reward } from '../../app/domain/rewards/kinds.ts'
import { starterProgram } from '../../app/domain/templates/program-template.ts'
import { forgetShop } from '../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { testProgram } from '../support/program.ts'
import { makeShop } from '../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const DRAFT = '/app/program'
const PUBLISH = '/app/program/publish'

async function shopId(domain = pages.domain): Promise<number> {
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [domain])
  return rows[0]?.id
}
async function draft(domain = pages.domain): Promise<{ revision: number; document: Program } | undefined> {
  const { rows } = await database
    .owner()
    .query('SELECT revision, document FROM program_draft WHERE shop_id = $1', [await shopId(domain)])
  return rows[0]
}
async function versions(): Promise<{ version: number; from: Date; document: Program; by: string }[]> {
  const { rows } = await database.owner().query(
    `SELECT version, effective_from AS from, document, published_by AS by
     FROM program WHERE shop_id = $1 ORDER BY version`,
    [await shopId()],
  )
  return rows
}
async function jobs(name: string): Promise<{ payload: unknown }[]> {
  const { rows } = await database.owner().query(
    `SELECT j.payload FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = $1`,
    [name],
  )
  return rows
}

/** A freshly installed shop. */
beforeEach(async () => {
  await database.owner().query('TRUNCATE program, program_draft')
  await database.owner().query('DELETE FROM graphile_worker._private_jobs')
  await pages.open('/app')
})

describe('beginning', () => {
  test('the first page exchanges the token and makes the shop from what Shopify says', async () => {
    await database.owner().query('TRUNCATE shop, "Session" CASCADE')
    await database.owner().query('DELETE FROM graphile_worker._private_jobs')
    forgetShop(pages.domain)
    const { status } = await pages.open('/app')
    expect(status).toBe(200)
    const { rows } = await database.owner().query('SELECT * FROM shop')
    expect(rows).toMatchObject([
      {
        domain: pages.domain,
        currency: 'EUR',
        time_zone: 'Europe/Berlin',
        taxes_included: true,
        locale: 'de',
      },
    ])
    expect(await jobs('prepare-shop')).toHaveLength(1)
  })

  test('without a program there is an invitation, and two clicks begin one draft', async () => {
    expect((await pages.open('/app/program')).html).toContain('Mit einem fertigen Programm beginnen')
    await pages.send(DRAFT, { intent: 'start' })
    await pages.send(DRAFT, { intent: 'start' })
    expect(await draft()).toMatchObject({ revision: 1, document: starterProgram('EUR', 'Europe/Berlin') })
    expect(await versions()).toEqual([])
  })

  test('three clicks lead from the installation to a live program: begin, review, publish', async () => {
    const sent = async (address: string, fields: Record<string, unknown>) =>
      expect((await pages.send(address, fields)).status).toBeLessThan(400)
    expect((await pages.open('/app')).html).toContain('Programm')
    await sent(DRAFT, { intent: 'start' })
    expect((await pages.open('/app/program')).html).toContain('href="/app/program/publish"')
    const review = (await pages.open(PUBLISH)).html
    await sent(PUBLISH, { revision: 1, countFrom: null, note: '' })
    expect(review).toContain('Veröffentlichen')
    expect(await versions()).toMatchObject([{ version: 1 }])
  })

  test('the pages speak the language of the admin', async () => {
    await pages.send(DRAFT, { intent: 'start' })
    const german = await pages.open('/app/program', { locale: 'de-AT' })
    expect(german.html).toContain('<html lang="de">')
    expect(german.html).toContain('Eine Bestellung über 49,90\u00a0€ bringt 49 Punkte.')
    const english = await pages.open('/app/program', { locale: 'en' })
    expect(english.html).toContain('<html lang="en">')
    expect(english.html).toContain('An order of €49.90 earns 49 points.')
  })
})

describe('changing the draft', () => {
  beforeEach(async () => {
    await pages.send(DRAFT, { intent: 'start' })
  })
  const earning = (pointsPerUnit: string) => ({
    earning: { ...starterProgram('EUR', 'Europe/Berlin').earning, pointsPerUnit },
  })
  const save = (patch: unknown, revision = 1) => pages.send(DRAFT, { intent: 'save', revision, patch })

  test('a right part is saved and leaves the others', async () => {
    expect((await save(earning('1.5'))).status).toBe(200)
    const after = await draft()
    expect(after).toMatchObject({ revision: 2, document: earning('1.5') })
    expect(after?.document.rewards).toEqual(starterProgram('EUR', 'Europe/Berlin').rewards)
  })

  test.each([
    ['no number', earning('much'), 'earning.pointsPerUnit', 'wrong-format'],
    ['too many points', earning('10001'), 'earning.pointsPerUnit', 'too-large'],
    ['half a cent', { rewards: [reward({ amount: '0.005' })] }, 'rewards.0.amount', 'too-many-decimals'],
    ['a reward for nothing', { rewards: [reward({ cost: 0 })] }, 'rewards.0.cost', 'too-small'],
    [
      'a tier that is not there',
      { rewards: [reward({ tiers: ['ruby'] })] },
      'rewards.0.tiers',
      'tier-unknown',
    ],
    [
      'an end before the start',
      { campaigns: [campaign({ end: '2026-01-01T00:00' })] },
      'campaigns.0.window',
      'end-before-start',
    ],
    ['a field left out', { earning: {} }, 'earning.pointsPerUnit', 'required'],
  ])('%s is refused by name and changes nothing', async (_what, patch, path, code) => {
    const before = await draft()
    const { status, text } = await save(patch)
    expect(status).toBe(422)
    expect(text).toContain(path)
    expect(text).toContain(code)
    expect(await draft()).toEqual(before)
  })

  test.each([
    ['another schema', { intent: 'save', revision: 1, patch: { schema: 2 } }],
    ['an unknown part', { intent: 'save', revision: 1, patch: { points: 5 } }],
    ['another shop', { intent: 'save', revision: 1, patch: {}, shopId: 1 }],
    ['no revision', { intent: 'save', patch: {} }],
    ['an unknown intent', { intent: 'drop' }],
    ['no object', 'start'],
  ])('%s is a bad request', async (_what, body) => {
    const before = await draft()
    expect((await pages.send(DRAFT, body)).status).toBe(400)
    expect(await draft()).toEqual(before)
  })

  test('of two tabs the second hears that the first has saved', async () => {
    expect((await save(earning('2'))).status).toBe(200)
    const second = await save(earning('3'))
    expect(second.status).toBe(409)
    expect(second.text).toContain('stale-draft')
    expect(await draft()).toMatchObject({ revision: 2, document: earning('2') })
  })

  test('of two first saves at once one wins', async () => {
    const answers = await Promise.all([save(earning('2')), save(earning('3'))])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await draft())?.revision).toBe(2)
  })
})

describe('publishing', () => {
  beforeEach(async () => {
    await pages.send(DRAFT, { intent: 'start' })
  })
  const publish = (revision: number, more: object = {}) =>
    pages.send(PUBLISH, { revision, countFrom: null, note: '', ...more })

  test('makes version 1 from now on, tells the storefront, and keeps who did it', async () => {
    const before = Date.now()
    expect((await publish(1, { note: 'Start' })).status).toBe(200)
    const [first, ...others] = await versions()
    expect(others).toEqual([])
    expect(first).toMatchObject({
      version: 1,
      by: 'staff:42',
      document: starterProgram('EUR', 'Europe/Berlin'),
    })
    expect(Math.abs(Number(first?.from) - before)).toBeLessThan(60_000)
    expect(await jobs('publish-program-facts')).toHaveLength(1)
    expect(await jobs('renew-tiers')).toHaveLength(1)
    expect(await jobs('settle-again')).toEqual([])
  })

  test('twice is once', async () => {
    await publish(1)
    const again = await publish(1)
    expect(again.status).toBe(200)
    expect(again.text).toContain('unchanged')
    expect(await versions()).toHaveLength(1)
  })

  test('two clicks at once are once', async () => {
    const answers = await Promise.all([publish(1), publish(1)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await versions()).toHaveLength(1)
  })

  test('the first version may count earlier orders, from the start of the day in the shop', async () => {
    await publish(1, { countFrom: '2026-01-01' })
    const [first] = await versions()
    expect(first?.from.toISOString()).toBe('2025-12-31T23:00:00.000Z')
    expect(await jobs('settle-again')).toMatchObject([{ payload: { shopId: await shopId() } }])
  })

  test.each([
    ['2999-01-01', 409],
    ['yesterday', 400],
  ])('counting from %s is refused', async (countFrom, status) => {
    expect((await publish(1, { countFrom })).status).toBe(status)
    expect(await versions()).toEqual([])
  })

  test('a later version never reaches back', async () => {
    await publish(1)
    await pages.send(DRAFT, { intent: 'save', revision: 2, patch: { returnWindowDays: 30 } })
    expect((await publish(3, { countFrom: '2026-01-01' })).status).toBe(409)
    expect(await versions()).toHaveLength(1)
    expect((await publish(3)).status).toBe(200)
    const [first, second] = await versions()
    expect(second?.document.returnWindowDays).toBe(30)
    expect(first?.document.returnWindowDays).toBe(14)
    expect(Number(second?.from)).toBeGreaterThanOrEqual(Number(first?.from))
  })

  test('what was changed after one looked is not published', async () => {
    await pages.send(DRAFT, { intent: 'save', revision: 1, patch: { returnWindowDays: 30 } })
    expect((await publish(1)).status).toBe(409)
    expect(await versions()).toEqual([])
  })

  test('an old version comes back as the draft, and the page says what changes', async () => {
    await publish(1)
    await pages.send(DRAFT, { intent: 'save', revision: 2, patch: { returnWindowDays: 30 } })
    await publish(3)
    expect((await pages.send(DRAFT, { intent: 'restore', revision: 4, version: 1 })).status).toBe(200)
    expect((await draft())?.document.returnWindowDays).toBe(14)
    const { html } = await pages.open(PUBLISH)
    expect(html).toContain('Rückgabefrist in Tagen: 30 → 14')
    expect((await pages.send(DRAFT, { intent: 'discard', revision: 5 })).status).toBe(200)
    expect((await draft())?.document.returnWindowDays).toBe(30)
  })
})

describe('what is not live yet', () => {
  beforeEach(async () => {
    await pages.send(DRAFT, { intent: 'start' })
  })
  const doubled = { ...campaign({}), name: { de: 'Doppelt', en: 'Double' } }
  const save = (revision: number, patch: object) =>
    pages.send(DRAFT, { intent: 'save', revision, patch: patch as never })
  const publish = (revision: number) => pages.send(PUBLISH, { revision, countFrom: null, note: '' })
  const plain = (html: string) => html.replace(/<[^>]*>/g, '').replaceAll('\u00a0', ' ')
  const badges = async (path: string) =>
    [...(await pages.open(path)).html.matchAll(/Polaris-Badge[^>]*>(?:<[^>]*>)*([^<]+)/g)].map(
      ([, text]) => text,
    )

  test('W8: what is sent again because its answer was lost is answered as before, and saved once', async () => {
    expect((await save(1, { returnWindowDays: 30 })).status).toBe(200)
    const again = await save(1, { returnWindowDays: 30 })
    expect(again.status).toBe(200)
    expect((await draft())?.revision).toBe(2)
    await publish(2)
    await save(3, { returnWindowDays: 31 })
    for (const intent of [{ intent: 'discard' }, { intent: 'restore', version: 1 }])
      for (const _twice of [1, 2])
        expect((await pages.send(DRAFT, { ...intent, revision: 4 })).status).toBe(200)
    expect(await draft()).toMatchObject({ revision: 5, document: { returnWindowDays: 30 } })
  })

  test('W11: a first draft is a draft, a campaign runs when it is published, a change waits', async () => {
    expect(await badges('/app/program')).toEqual(['Entwurf'])
    await save(1, { campaigns: [doubled] })
    expect(await badges('/app/program/campaigns')).toEqual(['Entwurf'])
    expect((await pages.open('/app/program')).html).toContain('(Entwurf)')
    await publish(2)
    expect(await badges('/app/program')).toEqual(['Veröffentlicht'])
    expect(await badges('/app/program/campaigns')).toEqual(['Läuft'])
    expect(await badges('/app/program/rewards/amount-5')).toEqual(['Aktiv'])
    await save(3, { campaigns: [{ ...doubled, window: { ...doubled.window, start: '2999-01-01T00:00' } }] })
    expect(await badges('/app/program/campaigns/campaign')).toEqual([
      'Läuft',
      'Änderung noch nicht veröffentlicht',
    ])
    expect(await badges('/app/program')).toEqual(['Entwurf mit Änderungen'])
  })

  test('W12: the review says all of what is new, gone and different', async () => {
    await save(1, {
      rewards: [reward({ name: { de: 'Alt' } }), reward({ id: 'kept', name: { de: 'Bleibt' } })],
    })
    await publish(2)
    const kept = reward({ id: 'kept', name: { de: 'Bleibt' }, cost: 800, minimumSpend: '30' })
    const fresh = reward({
      id: 'new',
      name: { de: 'Neu' },
      oncePerMember: true,
      tiers: ['gold'],
      amount: '12',
    })
    await save(3, { campaigns: [{ ...doubled, tiers: ['gold'] }], rewards: [kept, fresh] })
    const text = (await pages.open(PUBLISH)).html.replaceAll('\u00a0', ' ')
    expect(text).toContain('Neue Kampagne „Doppelt“: 2-fache Punkte auf alles, ab 1. Juni 2026 (nur Gold)')
    expect(text).toContain(
      'Neue Prämie „Neu“: 12,00 € Rabatt auf eine Bestellung für 500 Punkte · 30 Tage gültig · einmal je Mitglied · nur für Gold',
    )
    expect(text).toContain(
      'Prämie „Alt“ entfällt: 5,00 € Rabatt auf eine Bestellung für 500 Punkte · 30 Tage gültig',
    )
    expect(text).toContain(
      'Prämie „Bleibt“: Preis in Punkten: 500 → 800; Mindestbestellwert: nichts → 30,00 €',
    )
  })

  test('the review says every word of other ways to earn, and what they mean', async () => {
    const signUp = { source: 'sign-up', points: 100, active: true }
    const newsletter = { source: 'newsletter', points: 50, active: true, confirmedOnly: true }
    expect((await save(1, { sources: [{ ...signUp, points: 0 }] })).status).toBe(422)
    expect((await save(1, { sources: [signUp, signUp] })).status).toBe(422)
    await save(1, { sources: [signUp] })
    expect(plain((await pages.open(PUBLISH)).html)).toContain(
      'Neuer Weg zu Punkten, Kundenkonto eröffnen: 100 Punkte für die Eröffnung eines Kundenkontos · einmal je Person',
    )
    await publish(2)
    await save(3, { sources: [{ ...signUp, points: 1500, active: false }, newsletter] })
    const [german, english] = [
      plain((await pages.open(PUBLISH)).html),
      plain((await pages.open(PUBLISH, { locale: 'en' })).html),
    ]
    expect(german).toContain('Kundenkonto eröffnen: Punkte: 100 → 1.500; Aktiv: ja → nein')
    expect(german).toContain('Neuer Weg zu Punkten, Newsletter abonnieren: 50 Punkte für das Newsletter-Abo')
    expect(english).toContain('New way to earn, Subscribing to the newsletter: 50 points for subscribing')
    expect(plain((await pages.open('/app/program/effect')).html)).toContain('Schon gegebene Punkte bleiben.')
    await publish(4)
    await save(5, { sources: [{ ...newsletter, confirmedOnly: false }] })
    const { html } = await pages.open(PUBLISH)
    expect(plain(html)).toContain('Weg zu Punkten entfällt, Kundenkonto eröffnen')
    expect(plain(html)).toContain('Erst nach der Bestätigung per E-Mail (Double-Opt-in): ja → nein')
    expect(plain((await pages.open('/app/program/sources')).html)).toContain(
      'Punkte geben für „Newsletter abonnieren“',
    )
    expect(plain((await pages.open('/app/program')).html)).toContain('50 Punkte für das Newsletter-Abo')
  })

  test('the review calls the terms of store credit by their names', async () => {
    const credit = {
      ...asKind(reward({ id: 'credit', name: { de: 'Dank' }, amount: '5' }) as Reward, 'store-credit'),
      creditDays: 30,
    }
    await save(1, { rewards: [credit] })
    const first = (await pages.open(PUBLISH)).html.replaceAll('\u00a0', ' ')
    expect(first).toContain('Neue Prämie „Dank“: 5,00 € Guthaben für 500 Punkte · 30 Tage gültig')
    await publish(2)
    await save(3, { rewards: [{ ...credit, amount: '7.50', creditDays: null }] })
    const text = (await pages.open(PUBLISH)).html.replaceAll('\u00a0', ' ')
    expect(text).toContain(
      'Prämie „Dank“: Guthaben: 5,00 € → 7,50 €; Gültigkeit des Guthabens in Tagen: 30 → unbegrenzt',
    )
  })

  test('W12: a first publication shows what is in it', async () => {
    const { html } = await pages.open(PUBLISH)
    expect(html).toContain('Neue Stufe „Gold“: ab 1.000,00\u00a0€, Faktor 1,5')
    expect(html.replaceAll('\u00a0', ' ')).toContain(
      'Neue Prämie „10 % Rabatt“: 10 % Rabatt auf eine Bestellung für 800 Punkte',
    )
  })

  test('PR2: a first publication lists rate, what counts, waiting time, expiry and how tiers are reached', async () => {
    await save(1, {
      returnWindowDays: 10,
      expiry: { kind: 'after-inactivity', months: 6, warnDays: 14, actions: ['order'] },
    })
    const german = plain((await pages.open(PUBLISH)).html)
    expect(german).toContain(
      'Für 1,00 € Einkaufswert gibt es 1 Punkt. Am Ende der Bestellung wird abgerundet.',
    )
    expect(german).toContain('Es zählt nur die Ware.')
    expect(german).toContain('Punkte heißen: Punkt, Punkte')
    expect(german).toContain('Punkte sind 10 Tage nach der Bestellung einlösbar')
    expect(german).toContain(
      'Punkte verfallen nach 6 Monaten ohne Aktivität, angekündigt 14 Tage vorher; als Aktivität zählt: Eine Bestellung',
    )
    expect(german).toContain('Stufen: Nach Einkaufswert in den letzten 12 Monaten.')
    const english = plain((await pages.open(PUBLISH, { locale: 'en' })).html)
    expect(english).toContain('Points become available after 10 days')
    expect(english).toContain('counts as activity: An order')
  })

  describe('what publishing means for members', () => {
    const change = async (patch: object, first: object = {}) => {
      await save(1, { campaigns: [doubled], ...first })
      await publish(2)
      await save(3, patch)
      return {
        de: plain((await pages.open('/app/program/effect')).html),
        en: plain((await pages.open('/app/program/effect', { locale: 'en' })).html),
      }
    }

    test('PR2: where nothing lapsed before, nothing is said to keep a last day', async () => {
      const expiry = { kind: 'after-earning', months: 12, warnDays: 30 }
      const { de, en } = await change({ expiry })
      expect(de).toContain('Schon gesammelte Punkte, die keinen letzten Tag haben, verfallen nicht')
      expect(de).toContain('Der Verfall wird 30 Tage vorher angekündigt.')
      expect(en).toContain('Points collected already that have no last day do not expire')
      const form = plain((await pages.open('/app/program/rules')).html)
      expect(form).toContain('Schon gesammelte Punkte, die keinen letzten Tag haben, verfallen nicht')
    })

    test('PR2: a campaign that is taken out costs nothing, and earlier orders keep their points', async () => {
      const { de, en } = await change({ campaigns: [] })
      expect(de).toContain(
        'Kampagnen, die entfallen, geben für Bestellungen ab dem Veröffentlichen keine Punkte mehr.',
      )
      expect(de).not.toContain('Was sie kosten')
      expect(en).toContain('Campaigns that end give no more points')
      expect(en).not.toContain('What they cost')
    })

    test('PR2: what is only called otherwise, or over, has no effect', async () => {
      const over = { ...doubled, id: 'over', window: { ...doubled.window, end: '2026-06-02T00:00' } }
      const { de } = await change(
        { campaigns: [{ ...doubled, name: { de: 'Anders' } }], stacking: 'add' },
        { campaigns: [doubled, over] },
      )
      expect(de).toContain('An Punkten, Stufen und Prämien ändert sich für sie nichts.')
    })

    test('PR2: what counts, other terms of a reward and other factors are said', async () => {
      const first = { rewards: [reward({ name: { de: 'Alt', en: 'Old' } })] }
      const { earning, tiers } = starterProgram('EUR', 'Europe/Berlin')
      const levels = tiers.levels.map((level) => ({ ...level, multiplier: '2' }))
      const { de } = await change(
        {
          rewards: [reward({ name: { de: 'Alt', en: 'Old' }, minimumSpend: '30' })],
          earning: { ...earning, counts: { ...earning.counts, shipping: true } },
          tiers: { ...tiers, levels },
        },
        first,
      )
      expect(de).toContain('„Alt“: Die neuen Bedingungen gelten, wenn ab dem Veröffentlichen eingelöst wird.')
      expect(de).toContain('Die neue Berechnung der Punkte gilt für Bestellungen ab dem Veröffentlichen.')
      expect(de).toContain('Die neuen Faktoren der Stufen gelten für Bestellungen ab dem Veröffentlichen.')
    })

    test('PR2: another choice of what counts as activity is told by its names', async () => {
      const expiry = { kind: 'after-inactivity', months: 6, warnDays: 14, actions: ['order'] }
      await change({ expiry: { ...expiry, actions: ['order', 'redemption'] } }, { expiry })
      expect(plain((await pages.open(PUBLISH)).html)).toContain(
        'als Aktivität zählt: Eine Bestellung → Punkte verfallen nach 6 Monaten ohne Aktivität, angekündigt 14 Tage vorher; als Aktivität zählt: Eine Bestellung, Eine Prämie einlösen',
      )
    })
  })

  test.each([
    ['de', /VorschauEine Bestellung über 49,90\u00a0€ bringt 99 Punkte/],
    ['en', /PreviewAn order of €49\.90 earns 99 points/],
  ] as const)(
    'a preview stands beside every form that decides what an order earns (%s)',
    async (locale, shown) => {
      await save(1, { campaigns: [doubled] })
      for (const page of ['', '/earning', '/tiers', `/campaigns/${doubled.id}`]) {
        const { html } = await pages.open(`/app/program${page}`, { locale })
        const text = html.replace(/<[^>]*>/g, '')
        expect(text.slice(text.search(/Vorschau|Preview/)).slice(0, 80), page).toMatch(shown)
      }
    },
  )

  test('W22: a preview that cannot be worked out says what is missing', async () => {
    const { html } = await pages.open('/app/program/campaigns/new')
    expect(html).toContain('Für die Vorschau fehlt noch: Neue Kampagne: Name')
  })

  test('W25: what may not be meant is said at the form and once more before publishing, and keeps nobody', async () => {
    const past = { ...doubled, window: { ...doubled.window, end: '2026-06-02T00:00' } }
    expect((await save(1, { campaigns: [past] })).status).toBe(200)
    const over = 'Die Kampagne ist schon vorbei'
    expect((await pages.open('/app/program/campaigns/campaign')).html).toContain(over)
    expect((await pages.open('/app/program/earning')).html).not.toContain(over)
    expect((await pages.open(PUBLISH)).html).toContain(over)
    expect((await publish(2)).status).toBe(200)
  })
})

describe('doors', () => {
  test('a page without a session token is sent to fetch one', async () => {
    const { status, headers } = await pages.open('/app', { token: null })
    expect(status).toBe(302)
    expect(headers.get('location')).toContain('/auth/session-token')
  })

  test('a token of another secret, app or time opens nothing and changes nothing', async () => {
    const { adminToken } = await import('../support/shopper-requests.ts')
    const bad = [
      await adminToken(pages.domain, {}, 'another-secret'),
      await adminToken(pages.domain, { aud: 'another-app' }),
      await adminToken(pages.domain, { exp: Math.floor(Date.now() / 1000) - 60 }),
    ]
    for (const token of bad) {
      expect((await pages.send(DRAFT, { intent: 'start' }, { token })).status).toBe(401)
    }
    expect(await draft()).toBeUndefined()
  })

  test('only the merchant’s admin may frame a page', async () => {
    const { headers } = await pages.open('/app')
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors https://${pages.domain}`)
  })

  test('an unknown address inside the app is a page that says so', async () => {
    await pages.send(DRAFT, { intent: 'start' })
    const { html } = await pages.open('/app/program/campaigns/no-such-campaign')
    expect(html).toContain('Nicht mehr da')
  })
})

test('another shop’s token shows and changes that shop only', async () => {
  await pages.send(DRAFT, { intent: 'start' })
  await pages.send(DRAFT, {
    intent: 'save',
    revision: 1,
    patch: { name: { de: 'Geheimprogramm' }, rewards: [reward({ name: { de: 'Geheimprämie' } })] },
  })
  await pages.send(PUBLISH, { revision: 2, countFrom: null, note: 'Geheimnotiz' })
  const other = await makeShop(database.owner(), { program: testProgram() })
  await database.owner().query(
    `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
     VALUES ($1, $2, '', 'shpat_other', 'read_orders', now() + interval '1 year')`,
    [`offline_${other.domain}`, other.domain],
  )
  const before = await draft()
  const paths = [
    '',
    '/program',
    '/program/publish',
    '/program/history',
    '/program/rewards',
    '/program/rewards/reward',
    '/program/rules',
    '/settings',
  ]
  for (const path of paths) {
    const id = await shopId()
    const { status, html } = await pages.open(`/app${path}?shopId=${id}&shop_id=${id}`, {
      shop: other.domain,
    })
    expect(status, path).toBe(200)
    expect(html, path).not.toContain('Geheim')
    expect(html, path).not.toContain(pages.domain)
  }
  const answer = await pages.send(
    `${DRAFT}`,
    { intent: 'save', revision: 0, patch: { returnWindowDays: 1 } },
    { shop: other.domain },
  )
  expect(answer.status).toBe(200)
  expect(await draft()).toEqual(before)
  expect((await draft(other.domain))?.document.returnWindowDays).toBe(1)
})

function reward(change: object) {
  return {
    kind: 'amount-off',
    id: 'reward',
    name: { de: 'Prämie' },
    amount: '5',
    cost: 500,
    minimumSpend: null,
    validDays: 30,
    oncePerMember: false,
    tiers: [],
    active: true,
    ...change,
  }
}

function campaign(window: object) {
  return {
    id: 'campaign',
    name: { en: 'Double' },
    multiplier: '2',
    scope: { kind: 'all' },
    tiers: [],
    window: { start: '2026-06-01T00:00', end: null, timeZone: 'Europe/Berlin', ...window },
  }
}
