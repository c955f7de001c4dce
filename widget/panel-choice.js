// How many points a member redeems, where the price is hers to choose.
import { amount, el, fill, money, unit } from './panel-parts.js'

/** Decimal money that so many points give: whole steps of exact decimals. */
function worthOf({ choice: { step, worth } }, points) {
  const [whole, cents = ''] = worth.split('.')
  const digits = String(BigInt(whole + cents) * BigInt(points / step)).padStart(cents.length + 1, '0')
  const cut = digits.length - cents.length
  return cents ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits
}

/** The nearest price at or below what was typed, within what she has and what is offered. */
function within({ cost, choice: { most, step } }, { available }, typed) {
  const highest = Math.max(cost, Math.min(most, Math.floor(available / step) * step))
  return Math.max(cost, Math.min(highest, Math.floor(typed / step) * step || cost))
}

/** What she has chosen, or all that she can. */
const chosen = (reward, { data: { member }, redeeming }) =>
  within(reward, member, redeeming[reward.id]?.points ?? member.available)

/** What the app is asked for: the price, and where it was chosen what was shown for it. */
export const priceOf = (reward, points) =>
  reward.choice ? { price: points, worth: worthOf(reward, points) } : { price: reward.cost }

/** "Redeem 500 points for “Mug”?", "Redeem 230 points for €11.50 off?" */
export function confirmText(reward, state, config) {
  const { confirm, confirm_worth } = config.text
  if (!reward.choice) return fill(confirm, { amount: amount(reward.cost, state, config), name: reward.name })
  const points = chosen(reward, state)
  const worth = money(worthOf(reward, points), config)
  return fill(confirm_worth, { amount: amount(points, state, config), worth })
}

/**
 * A field and a slider for the points. They change their own words alone, and stay the same ones when the view is drawn
 * anew: it would take them out of the shopper's hand.
 */
export function choice(reward, state, config) {
  const attempt = state.redeeming[reward.id]
  attempt.points = chosen(reward, state)
  attempt.parts ??= parts(reward.id)
  const { number, slider, question } = attempt.parts
  const most = within(reward, state.data.member, state.data.member.available)
  const bounds = { min: reward.cost, max: most, step: reward.choice.step }
  const show = (from) => {
    question.textContent = confirmText(reward, state, config)
    slider.setAttribute('aria-valuetext', question.textContent)
    slider.value = attempt.points
    if (from !== number) number.value = attempt.points
  }
  const set = (typed, from) => {
    attempt.points = within(reward, state.data.member, Number(typed))
    show(from)
  }
  Object.assign(number, bounds)
  Object.assign(slider, bounds)
  number.oninput = () => set(number.value, number)
  number.onchange = () => set(number.value)
  slider.oninput = () => set(slider.value)
  show(document.activeElement)
  const label = fill(config.text.how_many, { unit: unit(2, state, config) })
  slider.setAttribute('aria-label', label)
  return [el('label', { for: number.id }, label), number, most > reward.cost && slider, question]
}

function parts(rewardId) {
  const id = `stammgast-points-${rewardId}`
  return {
    number: el('input', {
      id,
      'data-key': id,
      class: 'stammgast-number',
      type: 'number',
      inputmode: 'numeric',
    }),
    slider: el('input', { 'data-key': `${id}-slider`, type: 'range', class: 'stammgast-range' }),
    question: el('p', { 'aria-live': 'polite' }),
  }
}

/** A list of the articles of which one is hers. */
export function gifts(reward, state, config) {
  const attempt = state.redeeming[reward.id]
  attempt.variant ??= reward.variants[0].id
  const id = `stammgast-gift-${reward.id}`
  const options = reward.variants.map(({ id, name }) =>
    el('option', { value: id, selected: id === attempt.variant }, name),
  )
  const onchange = ({ target }) => {
    attempt.variant = target.value
  }
  return [
    el('p', {}, confirmText(reward, state, config)),
    el('label', { for: id }, config.text.which),
    el('select', { id, 'data-key': id, class: 'stammgast-number', onchange }, options),
  ]
}
