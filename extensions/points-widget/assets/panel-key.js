// The keys of attempts to redeem.
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
