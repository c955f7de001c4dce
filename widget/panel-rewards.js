// The panel's rewards and the codes they became.
import { choice, confirmText, gifts } from './panel-choice.js'
import { amount, button, day, el, fill, progress } from './panel-parts.js'

/** Why a code cannot be used now, or what was made instead of one; nothing for one that can. */
function waits(code, { text }) {
  if (code.given) return code.given
  if (code.status === 'preparing') return code.slow ? text.preparing_long : text.preparing
  if (code.status === 'reserved') return fill(text.on_order, { order: code.orderName })
  if (code.status === 'ending') return text.ending
}

/** A question, or why the last answer to it came to nothing; what another try cannot change is not offered again. */
function asked({ step, message, question }, yes, no) {
  return [
    message && el('p', { role: 'alert', class: 'stammgast-note stammgast-note--debt' }, message),
    Array.isArray(question) ? step !== 'refused' && question : !message && el('p', {}, question),
    el('p', { class: 'stammgast-actions' }, step !== 'refused' && yes, no),
  ]
}

/** A code that nobody has used can be given back, after a question. */
function giveBack(code, state, config, actions) {
  const { text } = config
  const { step, message } = state.givingBack[code.id] ?? {}
  if (!step)
    return button(`give-back-${code.id}`, text.give_back, () => actions.askBack(code), true, {
      'aria-label': fill(text.give_back_named, { name: code.rewardName }),
    })
  if (step === 'working') return el('p', { class: 'stammgast-muted stammgast-working' }, text.ending)
  return asked(
    { step, message, question: fill(text.give_back_ask, { amount: amount(code.cost, state, config) }) },
    button(`give-back-yes-${code.id}`, step === 'error' ? text.retry : text.give_back_yes, () =>
      actions.giveBack(code),
    ),
    button(`keep-${code.id}`, text.cancel, () => actions.keep(code), true),
  )
}

function codeCard(code, state, config, actions) {
  const { text } = config
  const use = `/discount/${encodeURIComponent(code.code)}?redirect=${encodeURIComponent(config.cart)}`
  return el(
    'li',
    { class: 'stammgast-card stammgast-card--code', tabindex: -1, 'data-code': code.id },
    el('strong', {}, code.rewardName),
    waits(code, config)
      ? el(
          'p',
          { class: `stammgast-muted${code.given || code.status === 'reserved' ? '' : ' stammgast-working'}` },
          waits(code, config),
        )
      : [
          code.toShow && el('p', {}, code.toShow),
          el('code', { class: 'stammgast-code' }, code.code),
          el(
            'p',
            { class: 'stammgast-muted' },
            fill(text.valid_until, { date: day(code.validUntil, config) }),
          ),
          el(
            'p',
            { class: 'stammgast-actions' },
            !code.toShow &&
              el(
                'a',
                {
                  class: 'stammgast-button',
                  href: use,
                  'data-key': `use-${code.id}`,
                  onclick: code.variant && ((event) => actions.take(code, event)),
                },
                code.variant ? text.use_gift : text.use,
              ),
            button(
              `copy-${code.id}`,
              state.copied === code.id ? text.copied : text.copy,
              () => actions.copy(code),
              true,
            ),
          ),
          code.failed &&
            el('p', { role: 'alert', class: 'stammgast-note stammgast-note--debt' }, text.gift_failed),
          config.empty &&
            !code.toShow &&
            !code.variant &&
            el('p', { class: 'stammgast-muted' }, text.empty_cart),
          giveBack(code, state, config, actions),
        ],
  )
}

/** Codes that hold points: they can be used, will be in a moment, or stand on an order. And what was given just now. */
export function codes(state, config, actions) {
  const open = (state.data.codes ?? []).filter(
    ({ status, given }) => given || (status !== 'used' && status !== 'returned'),
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
  const { member } = state.data
  const { step, message, balance } = state.redeeming[reward.id] ?? {}
  if (step === 'working') return el('p', { class: 'stammgast-muted stammgast-working' }, text.preparing)
  // A refusal is about the balance it was told at.
  if (step && (step !== 'refused' || balance === member?.available)) {
    const question = reward.choice
      ? choice(reward, state, config)
      : reward.variants
        ? gifts(reward, state, config)
        : confirmText(reward, state, config)
    return asked(
      { step, message, question },
      button(`redeem-${reward.id}`, step === 'error' ? text.retry : text.confirm_yes, () =>
        actions.redeem(reward),
      ),
      button(`cancel-${reward.id}`, text.cancel, () => actions.cancel(reward), true),
    )
  }
  if (!state.data.signedIn) return
  if (reward.available === false && reward.reason)
    return el(
      'p',
      { class: 'stammgast-muted' },
      reward.why ?? text[`reason_${reward.reason}`] ?? text.reason_other,
    )
  // From the balance that stands above: it changes with each answer, the list of rewards only when it is read anew.
  const missing = reward.cost + member.debt - member.available
  if (missing > 0) {
    const label = fill(text.missing, { amount: amount(missing, state, config) })
    return progress(`stammgast-missing-${reward.id}`, label, reward.cost - missing, reward.cost)
  }
  const label = fill(text.redeem_named, { name: reward.name })
  return button(`ask-${reward.id}`, text.redeem, () => actions.ask(reward), false, { 'aria-label': label })
}

/** "500 Punkte", "ab 100 Punkten" where it is hers to choose. */
function priceText(reward, state, config) {
  const shown = amount(reward.cost, state, config)
  return reward.choice ? fill(config.text.from, { amount: shown }) : shown
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
              el('span', { class: 'stammgast-badge' }, priceText(reward, state, config)),
            ),
            reward.description && el('p', { class: 'stammgast-muted' }, reward.description),
            reward.about && el('p', {}, reward.about),
            reward.proof &&
              el('p', {}, el('a', { href: reward.proof.href, rel: 'noopener' }, reward.proof.text)),
            rewardDeed(reward, state, config, actions),
          ),
        ),
      )
    : el('p', { class: 'stammgast-muted' }, config.text.no_rewards)
