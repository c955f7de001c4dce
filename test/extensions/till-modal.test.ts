// @vitest-environment happy-dom
import { setUpExtension } from '@shopify/ui-extensions-tester'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Answer,
  appAnswering,
  BALANCE,
  type Call,
  CODE,
  EXTENSION,
  FIVE,
  type Locale,
  MARA,
  press,
  refused,
  settled,
  shown,
  tillOf,
  type,
  unmount,
} from './till-harness.ts'

/** Members are found, and points redeemed, in the modal of the home screen and of a customer's details. */
const TARGET = 'pos.home.modal.render'
let extension: ReturnType<typeof setUpExtension<typeof TARGET>>
beforeEach(() => {
  extension = setUpExtension(TARGET, { configSearchDir: EXTENSION })
})
afterEach(() => {
  unmount()
  extension[Symbol.dispose]()
})

async function open(answer: (call: Call) => Answer, options: { locale?: Locale; customer?: number } = {}) {
  const app = appAnswering(answer)
  extension.fetch = app.fetch
  const till = tillOf(extension.shopify, options)
  await extension.render()
  await settled()
  return { ...till, ...app }
}
const found = (change = {}): Answer => ({ json: { ...MARA, ...change } })
const SHOWN = {
  id: '9',
  customerId: '7',
  name: 'Mara Beispiel',
  rewardName: 'Weinprobe',
  code: '7KQM-2XW9',
  points: 150,
  status: 'ready',
  undoable: false,
}

describe('finding a member', () => {
  test('her card is scanned: she is put on the cart and shown; goods pass by', async () => {
    const { scanned, calls, shopify } = await open(() => found())
    expect(shown()).toContain('Karte oder Code scannen')
    press('Karte oder Code scannen')
    expect(shopify.scanner.showCameraScanner).toHaveBeenCalledOnce()
    scanned.set({ data: '4006381333931', source: 'external' })
    expect(calls).toEqual([])
    scanned.set({ data: 'SG1.7.80', source: 'camera' })
    await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
    expect(shown()).toEqual(
      expect.arrayContaining(['Mara Beispiel', '49 Punkte noch vorgemerkt', '5 € Rabatt', 'SG1.7.80']),
    )
    expect(calls.map(({ path, query }) => [path, query.get('card'), query.get('locale')])).toEqual([
      ['/member', 'SG1.7.80', 'de'],
    ])
    expect(shopify.cart.setCustomer).toHaveBeenCalledExactlyOnceWith({ id: 7 })
    expect(shopify.scanner.hideCameraScanner).toHaveBeenCalled()
  })

  test('the card of whoever was here before is not taken once more', async () => {
    const app = appAnswering(() => found())
    extension.fetch = app.fetch
    const { scanned } = tillOf(extension.shopify)
    scanned.set({ data: 'SG1.7.80', source: 'camera' })
    await extension.render()
    await settled()
    expect(app.calls).toEqual([])
    scanned.set({ data: 'SG1.7.80', source: 'camera' })
    await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
  })

  test('who is on the cart is shown at once, in English', async () => {
    const { shopify } = await open(() => found(), { locale: 'en', customer: 7 })
    await expect.poll(shown).toContain('Balance: 1,250 points')
    expect(shown()).toContain('Redeem for 500 points')
    expect(shopify.cart.setCustomer).not.toHaveBeenCalled()
  })

  test('she is searched by name, and found', async () => {
    const { calls } = await open(({ path }) =>
      path === '/search'
        ? {
            json: {
              customers: [
                { customerId: '7', name: 'Mara Beispiel', email: 'mara@example.com', points: 1250 },
              ],
            },
          }
        : found(),
    )
    await type('s-search-field', 'Mara')
    press('Suchen')
    await expect.poll(shown).toContain('mara@example.com · 1.250 Punkte')
    press('Mara Beispiel öffnen')
    await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
    expect(calls.map(({ path }) => path)).toEqual(['/search', '/member'])
    press('Andere Person')
    await expect.poll(shown).toContain('Suchen')
  })

  test('nobody, no search, and a card that nobody has are said', async () => {
    const answers: Answer[] = [
      { json: { customers: [] } },
      { json: { customers: null } },
      'down',
      refused('member-unknown', 404),
      { status: 401 },
    ]
    const { calls } = await open(() => answers.shift() ?? 'down')
    await type('s-search-field', 'Nemo')
    for (const text of [
      'Dazu wurde niemand gefunden.',
      'Die Suche geht gerade nicht. Karte und Code lassen sich weiter eingeben.',
      'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
    ]) {
      press('Suchen')
      await expect.poll(shown).toContain(text)
    }
    await type('s-search-field', 'sg1.7.81')
    press('Suchen')
    await expect.poll(shown).toContain('Diese Karte oder dieses Konto kennen wir nicht.')
    expect(calls.at(-1)?.path).toBe('/member')
    press('Suchen')
    await expect.poll(() => shown().join()).toContain('darf die App Stammgast nicht benutzen')
  })
})

describe('redeeming', () => {
  const redeeming =
    (states: string[], change = {}) =>
    (call: Call): Answer => {
      const code = { ...CODE, ...change }
      if (call.path === '/redeem')
        return { json: { redemption: { ...code, status: states[0] }, member: BALANCE } }
      if (call.path === '/redemption')
        return { json: { redemption: { ...code, status: states[1] }, member: BALANCE } }
      return found()
    }

  test('the code is waited for and put into the cart; the app hears who, what and where', async () => {
    const { calls, shopify } = await open(redeeming(['preparing', 'ready']), { customer: 7 })
    await expect.poll(shown).toContain('Für 500 Punkte einlösen')
    press('Für 500 Punkte einlösen')
    await expect.poll(shown, { timeout: 5_000 }).toContain('„5 € Rabatt“ ist im Warenkorb.')
    expect(shopify.cart.addCartCodeDiscount).toHaveBeenCalledExactlyOnceWith('ST-7KQM2-XW9RT')
    const [asked] = calls.filter(({ path }) => path === '/redeem')
    expect(asked?.body).toEqual({
      customer: '7',
      rewardId: 'five',
      price: 500,
      key: expect.stringMatching(/^[\w-]{8,64}$/),
      location: 4,
    })
    // Balance and codes are read anew.
    expect(calls.at(-1)?.path).toBe('/member')
  })

  test('an answer that was lost is asked for again with the same key, another redemption has another', async () => {
    let lost = true
    const { calls } = await open(
      (call) => {
        if (call.path !== '/redeem' || !lost) return redeeming(['ready', 'ready'])(call)
        lost = false
        return 'down'
      },
      { customer: 7 },
    )
    const keys = () => calls.filter(({ path }) => path === '/redeem').map(({ body }) => body.key)
    for (const times of [1, 2, 3]) {
      await expect.poll(shown).toContain('Für 500 Punkte einlösen')
      await expect
        .poll(() => document.querySelector('s-button[variant=primary]')?.hasAttribute('disabled'))
        .toBe(false)
      press('Für 500 Punkte einlösen')
      await expect.poll(() => keys().length).toBe(times)
      await expect.poll(() => calls.at(-1)?.path).toBe('/member')
    }
    expect(keys()[1]).toBe(keys()[0])
    expect(keys()[2]).not.toBe(keys()[0])
  })

  test.each([
    ['not-enough-points', 'Die Punkte reichen dafür nicht.'],
    ['price-changed', 'Der Preis hat sich geändert. Bitte prüfen Sie ihn und lösen Sie noch einmal ein.'],
    ['too-many-requests', 'Das waren zu viele Anfragen. Bitte warten Sie einen Moment.'],
    ['something-new', 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.'],
  ])('a refusal (%s) is told to the staff, and nothing goes into the cart', async (code, text) => {
    const { shopify } = await open((call) => (call.path === '/redeem' ? refused(code) : found()), {
      customer: 7,
    })
    await expect.poll(shown).toContain('Für 500 Punkte einlösen')
    press('Für 500 Punkte einlösen')
    await expect.poll(shown).toContain(text)
    expect(shopify.cart.addCartCodeDiscount).not.toHaveBeenCalled()
  })

  test('a code that the cart does not take is shown, to be typed', async () => {
    const { shopify } = await open(redeeming(['ready', 'ready']), { customer: 7 })
    shopify.cart.addCartCodeDiscount.mockRejectedValue(new Error('no'))
    await expect.poll(shown).toContain('Für 500 Punkte einlösen')
    press('Für 500 Punkte einlösen')
    await expect
      .poll(shown)
      .toContain(
        'Der Code ST-7KQM2-XW9RT kam nicht in den Warenkorb. Bitte geben Sie ihn als Rabattcode ein.',
      )
  })

  test('of a price that is chosen the points and what they give are sent', async () => {
    const choice = { most: 1200, step: 100, worth: '1.50' }
    const { calls } = await open(
      (call) =>
        call.path === '/member'
          ? found({ rewards: [{ ...FIVE, cost: 200, choice }] })
          : redeeming(['ready'])(call),
      { customer: 7 },
    )
    await expect.poll(shown).toContain('Für 200 Punkte einlösen')
    await type('s-number-field', '700', 'change')
    await expect.poll(shown).toContain('Für 700 Punkte einlösen')
    press('Für 700 Punkte einlösen')
    await expect
      .poll(() => calls.find(({ path }) => path === '/redeem')?.body)
      .toMatchObject({ price: 700, worth: '10.50' })
  })

  test('what stands against a reward is said, and it has no button', async () => {
    const rewards = [
      { ...FIVE, id: 'a', affordable: false, missing: 120 },
      { ...FIVE, id: 'b', available: false, reason: 'tier' },
      { ...FIVE, id: 'c', available: false, reason: 'sold-out', why: 'Zurzeit sind keine mehr da.' },
    ]
    await open(() => found({ rewards }), { customer: 7 })
    await expect
      .poll(shown)
      .toEqual(
        expect.arrayContaining([
          'Es fehlen 120 Punkte.',
          'Nur für eine andere Stufe',
          'Zurzeit sind keine mehr da.',
        ]),
      )
    expect(shown().filter((text) => text.startsWith('Für '))).toEqual([])
  })

  test('an open code goes into the cart, or its points go back', async () => {
    const { calls, shopify } = await open(
      ({ path }) =>
        path === '/give-back'
          ? { json: { redemption: { ...CODE, status: 'returned' }, member: BALANCE } }
          : found({ codes: [CODE] }),
      { customer: 7 },
    )
    await expect.poll(shown).toContain('5 € Rabatt, gültig bis 30. Dezember 2026')
    press('In den Warenkorb')
    await expect.poll(shown).toContain('„5 € Rabatt“ ist im Warenkorb.')
    expect(shopify.cart.addCartCodeDiscount).toHaveBeenCalledWith('ST-7KQM2-XW9RT')
    press('Punkte zurück')
    await expect.poll(shown).toContain('Die Punkte für „5 € Rabatt“ sind zurück.')
    expect(calls.find(({ path }) => path === '/give-back')?.body).toEqual({
      customer: '7',
      id: '31',
      location: 4,
    })
  })
})

test('a shown code is looked up by scanning, marked as done, and undone', async () => {
  let status = 'ready'
  const { scanned, calls } = await open((call) => {
    if (call.method === 'GET') return { json: { ...SHOWN, status, undoable: status === 'used' } }
    status = call.body.deed === 'done' ? 'used' : 'ready'
    return { json: { ok: true } }
  })
  scanned.set({ data: '7KQM-2XW9', source: 'camera' })
  await expect
    .poll(shown)
    .toEqual(expect.arrayContaining(['Weinprobe', 'Für Mara Beispiel', 'Noch zu erledigen']))
  press('Als erledigt markieren')
  await expect.poll(shown).toContain('Erledigt')
  press('Doch nicht erledigt')
  await expect.poll(shown).toContain('Noch zu erledigen')
  const said = calls.filter(({ method }) => method === 'POST').map(({ body }) => body)
  expect(said).toEqual([
    { deed: 'done', id: 9, location: 4 },
    { deed: 'undo', id: 9, location: 4 },
  ])
})

describe('without a network', () => {
  test('the last balance is shown with its time, and nothing can be redeemed', async () => {
    const { network, fetch } = await open(() => found(), { customer: 7 })
    await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
    network.set({ internetConnected: 'Disconnected' })
    await expect.poll(shown).toContain('Einlösen geht erst wieder mit Verbindung.')
    const primary = [...document.querySelectorAll('s-button[variant=primary]')]
    expect(primary.map((one) => one.hasAttribute('disabled'))).toEqual([true])
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('from the start', async () => {
    extension.fetch = appAnswering(() => 'down').fetch
    const till = tillOf(extension.shopify, { customer: 7 })
    till.network.set({ internetConnected: 'Disconnected' })
    await till.shopify.storage.set('balance:7', { points: 1250, at: Date.parse('2026-12-01T10:05:00Z') })
    await extension.render()
    await settled()
    await expect.poll(shown).toContain('Stand vom 01.12.2026, 11:05: 1.250 Punkte')
    expect(extension.fetch).not.toHaveBeenCalled()
    unmount()
    till.cart.set({ customer: { id: 8 } })
    await extension.render()
    await settled()
    await expect.poll(shown).toContain('Ein früherer Stand ist auf diesem Gerät nicht bekannt.')
  })
})
