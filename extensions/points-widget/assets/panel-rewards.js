// The panel's rewards and the codes they became.
import { amount, button, el, fill, progress } from './panel-parts.js'

function codeCard(code, state, config, actions) {
  const { text } = config
  const until =
    code.expiresAt && new Date(code.expiresAt).toLocaleDateString(config.locale, { dateStyle: 'long' })
  const use = `/discount/${encodeURIComponent(code.code)}?redirect=${encodeURIComponent(config.cart)}`
  return el(
    'li',
    { class: 'stammgast-card stammgast-card--code', tabindex: -1, 'data-code': code.id },
    el('strong', {}, code.rewardName),
    code.status === 'preparing'
      ? el(
          'p',
          { class: 'stammgast-muted stammgast-working' },
          code.slow ? text.preparing_long : text.preparing,
        )
      : [
          el('code', { class: 'stammgast-code' }, code.code),
          until && el('p', { class: 'stammgast-muted' }, fill(text.valid_until, { date: until })),
          el(
            'p',
            { class: 'stammgast-actions' },
            el('a', { class: 'stammgast-button', href: use }, text.use),
            button(
              `copy-${code.id}`,
              state.copied === code.id ? text.copied : text.copy,
              () => actions.copy(code),
              true,
            ),
          ),
          config.empty && el('p', { class: 'stammgast-muted' }, text.empty_cart),
        ],
  )
}

/** Codes that can be used, or will be in a moment. */
export function codes(state, config, actions) {
  const open = (state.data.codes ?? []).filter(
    (code) => code.status === 'ready' || code.status === 'preparing',
  )
  if (!open.length) return
  return el(
    'section',
    {},
    el('h3', {}, config.text.codes),
    el(
      'ul',
      { class: 'stammgast-list' },
      open.map((code) => codeCard(code, state, config, actions)),
    ),
  )
}

/** The end of a reward's card: what can be done with it now. */
function rewardDeed(reward, state, config, actions) {
  const { text } = config
  const { step, message } = state.redeeming[reward.id] ?? {}
  if (step === 'working') return el('p', { class: 'stammgast-muted stammgast-working' }, text.preparing)
  if (step) {
    const question = fill(text.confirm, { amount: amount(reward.cost, state, config), name: reward.name })
    return [
      step === 'error'
        ? el('p', { role: 'alert', class: 'stammgast-note stammgast-note--debt' }, message)
        : el('p', {}, question),
      el(
        'p',
        { class: 'stammgast-actions' },
        button(`redeem-${reward.id}`, step === 'error' ? text.retry : text.confirm_yes, () =>
          actions.redeem(reward),
        ),
        button(`cancel-${reward.id}`, text.cancel, () => actions.cancel(reward), true),
      ),
    ]
  }
  if (!state.data.signedIn) return
  if (reward.available === false && reward.reason)
    return el('p', { class: 'stammgast-muted' }, text[`reason_${reward.reason}`] ?? text.reason_other)
  if (!reward.affordable) {
    const label = fill(text.missing, { amount: amount(reward.missing, state, config) })
    return progress(`stammgast-missing-${reward.id}`, label, reward.cost - reward.missing, reward.cost)
  }
  const label = fill(text.redeem_named, { name: reward.name })
  return button(`ask-${reward.id}`, text.redeem, () => actions.ask(reward), false, { 'aria-label': label })
}

/** Every reward with what can be done about it. */
export const rewards = (state, config, actions) =>
  state.data.rewards?.length
    ? el(
        'ul',
        { class: 'stammgast-list' },
        state.data.rewards.map((reward) =>
          el(
            'li',
            { class: 'stammgast-card', tabindex: -1, 'data-reward': reward.id },
            el(
              'div',
              { class: 'stammgast-card__head' },
              el('strong', {}, reward.name),
              el('span', { class: 'stammgast-badge' }, amount(reward.cost, state, config)),
            ),
            reward.description && el('p', { class: 'stammgast-muted' }, reward.description),
            rewardDeed(reward, state, config, actions),
          ),
        ),
      )
    : el('p', { class: 'stammgast-muted' }, config.text.no_rewards)
