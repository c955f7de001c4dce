// Draws the points panel from its state.
import { amount, button, el, fill, lapses, local, money, progress, unit } from './panel-parts.js'
import { codes, rewards } from './panel-rewards.js'

function tierProgress(member, state, config) {
  const { nextTier } = member
  const text = config.text
  if (!nextTier) return member.tier && el('p', { class: 'stammgast-muted' }, text.top_tier)
  const { basis, amount: missing } = nextTier.missing
  const name = local(nextTier.name, config)
  const count = Number(missing)
  const label =
    basis === 'orders'
      ? fill(count === 1 ? text.next_orders_one : text.next_orders_other, { count, name })
      : basis === 'points'
        ? fill(text.next_points, { amount: amount(count, state, config), name })
        : fill(text.next_spend, { amount: money(missing, config), name })
  return progress('stammgast-panel-tier', label, nextTier.threshold - count, Number(nextTier.threshold))
}

function balance(state, config) {
  const { member } = state.data
  const text = config.text
  const points = (value) => ({ amount: amount(value, state, config) })
  return el(
    'section',
    { class: 'stammgast-panel__balance' },
    el(
      'p',
      { class: 'stammgast-balance__points' },
      el('strong', { class: 'stammgast-balance__number' }, member.available.toLocaleString(config.locale)),
      ` ${unit(member.available, state, config)} ${text.available} `,
      member.tier &&
        el('span', { class: 'stammgast-badge' }, fill(text.tier, { name: local(member.tier.name, config) })),
    ),
    state.data.claiming && el('p', { class: 'stammgast-note' }, text.arriving),
    member.pending > 0 &&
      el(
        'p',
        { class: 'stammgast-note' },
        el('strong', {}, fill(text.pending, points(member.pending))),
        ' ',
        el('span', { class: 'stammgast-muted' }, text.pending_hint),
      ),
    member.expiring &&
      el('ul', { class: 'stammgast-note stammgast-expiring' }, lapses(member, state, config)),
    member.held > 0 && el('p', { class: 'stammgast-muted' }, fill(text.held, points(member.held))),
    member.debt > 0 &&
      el('p', { class: 'stammgast-note stammgast-note--debt' }, fill(text.debt, points(member.debt))),
    !member.available &&
      !member.pending &&
      !member.debt &&
      el('p', { class: 'stammgast-muted' }, started(state) ? text.start : text.not_started),
    tierProgress(member, state, config),
  )
}

/** Names for points come from a program in force: before there is one, nothing is promised. */
const started = ({ data }) => Boolean(data.pointName)

const signedOut = (state, { text, login, join }) =>
  el(
    'section',
    { class: 'stammgast-panel__balance' },
    el('h3', {}, text.out_title),
    el('p', { class: 'stammgast-muted' }, started(state) ? text.out_text : text.not_started),
    el(
      'p',
      { class: 'stammgast-actions' },
      el('a', { class: 'stammgast-button', href: login }, text.out_sign_in),
      el('a', { class: 'stammgast-button stammgast-button--quiet', href: join }, text.out_join),
    ),
  )

function entry(item, index, config) {
  const { text } = config
  const date = new Date(item.at).toLocaleDateString(config.locale, { dateStyle: 'medium' })
  // A hyphen is no minus: it is shorter than the plus, and lines are broken after it.
  const points = item.points.toLocaleString(config.locale, { signDisplay: 'exceptZero' }).replace('-', '−')
  const head = [
    el('span', { class: 'stammgast-entry__text' }, item.text),
    el('strong', { class: 'stammgast-entry__points' }, points),
    el(
      'span',
      { class: 'stammgast-muted' },
      item.status === 'pending' ? `${date} · ${text.status_pending}` : date,
    ),
  ]
  const detail = item.detail ?? []
  return el(
    'li',
    { class: 'stammgast-entry', tabindex: -1, 'data-entry': index },
    el('div', { class: 'stammgast-entry__head' }, head),
    detail.length > 0 &&
      el(
        'details',
        {},
        el('summary', { 'data-key': `why-${index}`, 'aria-label': `${text.why} ${item.text}` }, text.why),
        el(
          'ul',
          {},
          detail.map((line) => el('li', {}, line)),
        ),
      ),
  )
}

const history = (state, config, actions) =>
  state.data.history?.length
    ? [
        el(
          'ul',
          { class: 'stammgast-list stammgast-list--plain' },
          state.data.history.map((item, index) => entry(item, index, config)),
        ),
        state.data.nextPage &&
          button('more', state.moreFailed ? config.text.retry : config.text.more, actions.more, true),
      ]
    : el(
        'p',
        { class: 'stammgast-muted' },
        started(state) ? config.text.no_history : config.text.no_history_yet,
      )

const ways = (state, config) =>
  state.data.ways?.length
    ? el(
        'ul',
        { class: 'stammgast-ways' },
        state.data.ways.map((way) => el('li', {}, way.text)),
      )
    : el('p', { class: 'stammgast-muted' }, config.text.no_ways)

/** Tabs as the ARIA practices describe them: one stop, arrow keys between them. */
function tabs(names, state, config, actions) {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const at =
      { Home: 0, End: names.length - 1 }[event.key] ??
      (step && (names.indexOf(state.tab) + step + names.length) % names.length)
    if (at === undefined) return
    event.preventDefault()
    actions.tab(names[at])
  }
  const tab = (name) => {
    const selected = name === state.tab
    const more = {
      role: 'tab',
      id: `stammgast-tab-${name}`,
      'aria-selected': String(selected),
      'aria-controls': 'stammgast-tabpanel',
    }
    return el(
      'button',
      {
        type: 'button',
        class: 'stammgast-tab',
        tabindex: selected ? 0 : -1,
        'data-key': `tab-${name}`,
        onclick: () => actions.tab(name),
        ...more,
      },
      config.text[name],
    )
  }
  return el(
    'div',
    { class: 'stammgast-tabs', role: 'tablist', 'aria-label': config.text.sections, onkeydown: move },
    names.map(tab),
  )
}

const skeleton = () =>
  [120, 44, 96, 96].map((height) => el('div', { class: 'stammgast-skeleton', style: `height:${height}px` }))

/** The panel's content for the state, as a list of elements. */
export function view(state, config, actions) {
  const { text } = config
  if (state.failed) {
    return [
      el(
        'div',
        { class: 'stammgast-panel__failed' },
        el('p', {}, text.load_failed),
        button('load', text.retry, actions.load),
      ),
    ]
  }
  if (!state.data) return skeleton()
  const member = state.data.signedIn && state.data.member
  const names = member ? ['rewards', 'history', 'ways'] : ['rewards', 'ways']
  if (!names.includes(state.tab)) state.tab = 'rewards'
  const parts = { rewards, history, ways }
  return [
    member ? balance(state, config) : signedOut(state, config),
    state.notice && el('p', { class: 'stammgast-note stammgast-note--debt' }, state.notice),
    member && codes(state, config, actions),
    tabs(names, state, config, actions),
    el(
      'div',
      {
        role: 'tabpanel',
        id: 'stammgast-tabpanel',
        'aria-labelledby': `stammgast-tab-${state.tab}`,
        tabindex: 0,
      },
      parts[state.tab](state, config, actions),
    ),
  ].filter(Boolean)
}
