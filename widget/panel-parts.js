// Small parts the points panel is made of. Texts are set as text, never as markup.

/** `el('p', { class: 'x', onclick: f }, 'text', child, …)`; empty children are left out. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node[key] = value
    else if (value !== false && value != null) node.setAttribute(key, value === true ? '' : value)
  }
  node.append(...children.flat(2).filter((child) => child || child === 0))
  return node
}

/** Puts values where a text says "[name]". */
export const fill = (template, values) => template.replace(/\[(\w+)\]/g, (hole, name) => values[name] ?? hole)

/** "1.240 Punkte", with the program's own name for points. */
export const amount = (points, state, config) =>
  `${points.toLocaleString(config.locale)} ${unit(points, state, config)}`

export function unit(points, state, config) {
  const names = state.data?.pointName?.[config.locale.slice(0, 2)] ?? state.data?.pointName ?? {}
  const one = names.one ?? config.text.unitOne
  const many = names.many ?? config.text.unitMany
  return Math.abs(points) === 1 ? one : many
}

/** "1.240,50 €", "€5": a decimal of the shop's currency, as the blocks of the page write it. */
export function money(decimal, { text, language }) {
  const cents = decimal.split('.')[1] ?? ''
  const digits = Number(cents) === 0 ? 0 : Math.max(2, cents.length)
  const written = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return fill(text.money, { number: Number(decimal).toLocaleString(language, written) })
}

/** A date of the calendar, "2026-12-30": the reader's zone has no say in it. */
export const day = (date, { locale }) =>
  new Date(date).toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })

/** A text of the program: plain, or by language. */
export const local = (name, config) =>
  name && typeof name === 'object' ? (name[config.locale.slice(0, 2)] ?? name.en ?? name.de) : name

export const button = (key, label, onclick, quiet, more) =>
  el(
    'button',
    {
      type: 'button',
      class: `stammgast-button${quiet ? ' stammgast-button--quiet' : ''}`,
      'data-key': key,
      onclick,
      ...more,
    },
    label,
  )

/** A bar with the text that names it. */
export function progress(id, label, done, whole) {
  const percent = Math.max(0, Math.min(100, Math.floor((done * 100) / whole)))
  return el(
    'div',
    { class: 'stammgast-progress' },
    el('span', { class: 'stammgast-progress__text', id }, label),
    whole > 0 &&
      el('progress', { class: 'stammgast-progress__bar', max: 100, value: percent, 'aria-labelledby': id }),
  )
}

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Points that lapse soon, each with its last valid day. */
export const lapses = ({ expiring }, state, config) =>
  (expiring ? [expiring, ...(expiring.later ?? [])] : []).map(({ points, on }) => {
    const values = { amount: amount(points, state, config), date: day(on, config) }
    return el('li', {}, fill(config.text.expiring, values))
  })

/** The way to the next reward, in the block's words. */
function nextReward({ nextReward: next }, state, config) {
  if (!next) return []
  const { text } = config
  const values = { amount: amount(next.missing, state, config), name: local(next.name, config) }
  const label = fill(next.missing > 0 ? text.next_reward : text.reward_ready, values)
  return progress('stammgast-reward', label, next.cost - next.missing, next.cost).childNodes
}

/** The blocks of the page were drawn by the shop, some time ago: they show the balance that the panel knows by now. */
export function tellPage(state, config) {
  const { member } = state.data ?? {}
  if (!member) return
  const points = member.available
  const parts = (part) => document.querySelectorAll(`[data-stammgast-balance="${part}"]`)
  const texts = {
    number: points.toLocaleString(config.locale),
    unit: unit(points, state, config),
    amount: amount(points, state, config),
  }
  for (const [part, shown] of Object.entries(texts)) for (const node of parts(part)) node.textContent = shown
  for (const node of parts('reward')) {
    node.hidden = !member.nextReward
    node.replaceChildren(...nextReward(member, state, config))
  }
  for (const node of parts('expiring')) {
    node.hidden = !member.expiring
    node.replaceChildren(...lapses(member, state, config))
  }
}
