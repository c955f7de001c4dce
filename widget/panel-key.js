// What is asked of the app, and the keys of attempts to redeem.
const STORE = 'stammgast:'
const KEY_LIFE = 600_000

/**
 * One key per attempt to redeem a reward. It is kept until the app confirms, across errors and page loads, so that
 * repeating an attempt whose answer was lost cannot redeem twice. `known`: the key of this page, where nothing can be kept.
 */
export function redemptionKey(rewardId, known) {
  try {
    const [key, since] = (sessionStorage.getItem(STORE + rewardId) ?? '').split(' ')
    if (key && Date.now() - since < KEY_LIFE) return key
  } catch {}
  const key = known ?? crypto.randomUUID()
  try {
    sessionStorage.setItem(STORE + rewardId, `${key} ${Date.now()}`)
  } catch {}
  return key
}

export const forgetKey = (rewardId) => {
  try {
    sessionStorage.removeItem(STORE + rewardId)
  } catch {}
}

/** Error whose `known` is true when the app itself refused, with a code and a message for the shopper. */
export async function ask(config, path, deed) {
  const [route, query] = path.split('?')
  const parameters = new URLSearchParams(query)
  parameters.set('locale', config.locale.slice(0, 2))
  const response = await fetch(`${config.proxy}${route}?${parameters}`, {
    method: deed ? 'POST' : 'GET',
    // As JSON: the app takes no deed from what a form on another site could send as well.
    body: deed && JSON.stringify(deed),
    headers: { accept: 'application/json', ...(deed && { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(20_000),
  })
  const answer = await response.json().catch(() => null)
  if (response.ok && answer) return answer
  throw Object.assign(new Error(answer?.error?.message || config.text.failed), {
    known: response.status < 500 && !!answer?.error,
    code: answer?.error?.code,
  })
}

/** What another attempt can change: the price that was shown, too many requests, an answer that was lost. */
export const step = ({ known, code }) =>
  code === 'price-changed' || code === 'worth-changed'
    ? 'confirm'
    : known && code !== 'too-many-requests'
      ? 'refused'
      : 'error'

/** A new code of a reward whose answer is missing: that attempt has arrived, nothing is left to be tried again. */
export const arrived = (codes, known, redeeming) =>
  codes?.find(({ id, rewardId }) => {
    const attempt = redeeming[rewardId]
    if (known(id) || !attempt?.key || (attempt.step ?? 'error') !== 'error') return false
    forgetKey(rewardId)
    return delete redeeming[rewardId]
  })
