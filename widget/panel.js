// The points panel: opens the dialog, fetches its data through the app proxy, redeems. Loaded when first opened.
import { confirmText, priceOf } from './panel-choice.js'
import { build, style } from './panel-dialog.js'
import { arrived, ask, forgetKey, redemptionKey, step } from './panel-key.js'
import { amount, fill, tellPage, wait } from './panel-parts.js'
import { view } from './panel-view.js'

const config = JSON.parse(document.querySelector('[data-stammgast-config]').textContent)
const text = config.text

/** What the panel knows; the view is drawn from it and from nothing else. */
const state = {
  data: null,
  failed: false,
  tab: 'rewards',
  redeeming: {},
  givingBack: {},
  moreFailed: false,
  copied: null,
}
let dialog
let body
let status

const request = (path, deed) => ask(config, path, deed)

const cardOf = ({ id }) => `[data-code="${CSS.escape(id)}"]`

const say = (message) => {
  status.textContent = message
}

/** Draws the panel anew and puts the focus on `focus` (a selector), or back where it was; never out of the dialog. */
function draw(focus) {
  const held = focus ?? (body.contains(document.activeElement) && document.activeElement.dataset.key)
  const opened = [...body.querySelectorAll('[open] > summary')].map((summary) => summary.dataset.key)
  body.setAttribute('aria-busy', String(!state.data && !state.failed))
  body.replaceChildren(...view(state, config, actions))
  for (const key of opened) body.querySelector(`[data-key="${key}"]`)?.parentNode.setAttribute('open', '')
  if (held) {
    const found = body.querySelector(focus ?? `[data-key="${CSS.escape(held)}"]`)
    ;(found ?? body.querySelector('[role=tabpanel]'))?.focus()
  }
  tellPage(state, config)
}

async function load() {
  state.failed = false
  if (!state.data) {
    draw()
    say(text.loading)
  }
  try {
    const fresh = await request('')
    say('')
    take(fresh)
    if (state.data.claiming) awaitGuestPoints()
  } catch (error) {
    if (state.data) return
    state.failed = true
    say(error.known ? error.message : text.load_failed)
  }
  draw()
}

/** Codes that are being asked for. */
const awaited = new Set()

function awaitCodes() {
  for (const code of state.data.codes ?? []) if (code.status === 'preparing') awaitCode(code)
}

/** Asks for a code until it is ready: often at first, then every few seconds, for about a minute. */
async function awaitCode(code) {
  if (awaited.has(code.id)) return
  awaited.add(code.id)
  await poll(code).finally(() => awaited.delete(code.id))
}

async function poll(code) {
  for (let round = 0; round < 24; round++) {
    await wait(Math.min(600 + round * 250, 4000))
    if (!dialog.open) return
    const { redemption } = await request(`/redemption?id=${encodeURIComponent(code.id)}`).catch(() => ({}))
    if (!redemption || redemption.status === 'preparing') continue
    Object.assign(code, redemption)
    await settle(code)
    return
  }
  code.slow = true
  say(text.preparing_long)
  draw()
}

/** A code left "preparing": takes the new balance and rewards, keeps the code even if that read fails. */
async function settle(code) {
  await refresh()
  state.data.codes ??= []
  if (!known(code.id)) state.data.codes.unshift(code)
  const had = code.given ?? (code.status === 'ready' ? fill(text.ready, { name: code.rewardName }) : '')
  say(had || text.returned)
  if (!had) state.notice = text.returned
  draw(had ? cardOf(code) : undefined)
}

let claiming = false

/** Asks for points of guest orders, or for a new account, until they are here, or it is known that there are none. */
async function awaitGuestPoints() {
  if (claiming) return
  claiming = true
  for (let round = 0; round < 8 && state.data.claiming && dialog.open; round++) {
    await wait(1000 + round * 500)
    const before = JSON.stringify(state.data)
    await refresh()
    // What says the same is not drawn anew: somebody may be typing in it.
    if (JSON.stringify(state.data) !== before) draw()
  }
  claiming = false
}

/** A code that is being asked for stays the one that the asking changes. */
const known = (id) => state.data?.codes?.find((code) => code.id === id)

/** What the app knows by now, and the code that nobody had heard of. Without an answer everything stays as it is. */
async function refresh() {
  const fresh = await request('').catch(() => null)
  return fresh && take(fresh)
}

function take(fresh) {
  const code = arrived(fresh.codes, known, state.redeeming)
  if (code?.status === 'ready') say(fill(text.ready, { name: code.rewardName }))
  fresh.codes = fresh.codes?.map((code) => Object.assign(known(code.id) ?? {}, code))
  state.data = fresh
  awaitCodes()
  return code
}

async function redeem(reward) {
  const { key: had, points, variant } = state.redeeming[reward.id] ?? {}
  const key = redemptionKey(reward.id, had)
  state.redeeming[reward.id] = { step: 'working', key, points, variant }
  state.notice = null
  say(text.preparing)
  draw(`[data-reward="${CSS.escape(reward.id)}"]`)
  try {
    const wish = { rewardId: reward.id, ...priceOf(reward, points), variant, key }
    const answer = await request('/redeem', wish)
    forgetKey(reward.id)
    delete state.redeeming[reward.id]
    const code = Object.assign(known(answer.redemption.id) ?? { rewardName: reward.name }, answer.redemption)
    state.data.member = answer.member ?? state.data.member
    state.data.codes = [code, ...(state.data.codes ?? []).filter((other) => other.id !== code.id)]
    if (code.status === 'preparing') {
      draw(cardOf(code))
      awaitCode(code)
    } else await settle(code)
  } catch (error) {
    // A refusal tells that something has changed: another tab was quicker, or the merchant has set another price.
    if (error.known) await refresh()
    tellFailure(reward, key, error)
    // Whether it has arrived is not known: the balance and the codes may tell. Asking can take long, so the words come first.
    if (!error.known) {
      const code = await refresh()
      draw(code && cardOf(code))
    }
  }
}

function tellFailure(reward, key, error) {
  const message = error.known ? error.message : text.failed
  if (!state.data.rewards?.some(({ id }) => id === reward.id)) {
    // Its card is gone: the words stand above.
    delete state.redeeming[reward.id]
    state.notice = message
    say(message)
    return draw('[data-key="tab-rewards"]')
  }
  const balance = state.data.member?.available
  state.redeeming[reward.id] = { ...state.redeeming[reward.id], step: step(error), key, message, balance }
  say('') // the card's own alert tells it
  const id = CSS.escape(reward.id)
  draw(`[data-key="redeem-${id}"], [data-key="cancel-${id}"]`)
}

async function giveBack(code) {
  state.givingBack[code.id] = { step: 'working' }
  say(text.ending)
  draw(cardOf(code))
  try {
    const { redemption, member } = await request('/give-back', { id: code.id })
    state.data.member = member ?? state.data.member
    Object.assign(code, redemption)
    await refresh()
    delete state.givingBack[code.id]
    const done = redemption?.status === 'returned'
    say(done ? text.given_back : text.ending)
    if (done) state.notice = text.given_back
    draw('[data-key="tab-rewards"]')
  } catch (error) {
    if (error.known) await refresh()
    const message = error.known ? error.message : text.failed_back
    state.givingBack[code.id] = { step: step(error), message }
    const id = CSS.escape(code.id)
    draw(`[data-key="give-back-yes-${id}"], [data-key="keep-${id}"]`)
    if (error.known) return
    await refresh()
    draw()
  }
}

const actions = {
  load,
  redeem,
  giveBack,
  askBack(code) {
    state.givingBack[code.id] = { step: 'confirm' }
    say(fill(text.give_back_ask, { amount: amount(code.cost, state, config) }))
    draw(`[data-key="give-back-yes-${CSS.escape(code.id)}"]`)
  },
  keep(code) {
    delete state.givingBack[code.id]
    say('')
    draw(`[data-key="give-back-${CSS.escape(code.id)}"]`)
  },
  tab(name) {
    state.tab = name
    draw(`[data-key="tab-${name}"]`)
  },
  ask(reward) {
    state.redeeming[reward.id] = { key: state.redeeming[reward.id]?.key, step: 'confirm' }
    say(confirmText(reward, state, config))
    draw(`[data-key="redeem-${CSS.escape(reward.id)}"]`)
  },
  cancel(reward) {
    delete state.redeeming[reward.id].step
    delete state.redeeming[reward.id].message
    say('')
    draw(`[data-key="ask-${CSS.escape(reward.id)}"]`)
  },
  /** Puts the free article beside what is in the cart, unless it is there, and the code on top. */
  async take(code, event) {
    event.preventDefault()
    // A second click would put a second one in.
    if (code.taking) return
    code.taking = true
    const { href } = event.currentTarget
    const { cart } = config
    try {
      const { items } = await (await fetch(`${cart}.js`)).json()
      if (!items.some((item) => String(item.variant_id) === code.variant)) {
        const added = await fetch(`${cart}/add.js`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ items: [{ id: Number(code.variant), quantity: 1 }] }),
        })
        if (!added.ok) throw added
      }
      location.assign(href)
    } catch {
      code.taking = false
      code.failed = true
      draw(`[data-key="use-${CSS.escape(code.id)}"]`)
    }
  },
  async copy(code) {
    try {
      await navigator.clipboard.writeText(code.code)
    } catch {
      // Without permission for the clipboard the code is selected, ready for the shopper's own copying.
      getSelection().selectAllChildren(body.querySelector(`[data-code="${CSS.escape(code.id)}"] code`))
      return
    }
    state.copied = code.id
    say(text.copied)
    draw()
  },
  async more() {
    const first = state.data.history.length
    try {
      const page = await request(`/history?after=${encodeURIComponent(state.data.nextPage)}`)
      state.data.history.push(...page.history)
      state.data.nextPage = page.nextPage
      state.moreFailed = false
    } catch {
      state.moreFailed = true
      say(text.load_failed)
    }
    draw(state.moreFailed ? '[data-key="more"]' : `[data-entry="${first}"]`)
  },
}

export async function open(launcher) {
  if (!dialog) {
    ;({ dialog, body, status } = build(text, launcher))
    await style(config)
  }
  if (dialog.open) return
  dialog.showModal()
  await load()
}
