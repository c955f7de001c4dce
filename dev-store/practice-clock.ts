/**
 * Preload for the app's processes beside route-shopify.ts: `Date` shows the practice shop's clock, which can be moved
 * ahead on its admin page. The app reads the time as it always does and does not know.
 *
 * A process waits at its start for the store to say how late it is, and hears of every later move at once.
 * Environment: PRACTICE_STORE_URL (without it the preload does nothing).
 */
import { practiceStoreUrl } from './address.ts'

const storeUrl = practiceStoreUrl()
const START_TRIES = 100
const TRY_EVERY_MS = 100
const AGAIN_AFTER_MS = 1_000

const RealDate = globalThis.Date
let offset = 0

if (storeUrl) {
  globalThis.Date = movedDate()
  for (let tries = 0; tries < START_TRIES && !(await hear(-1)); tries++) await pause(TRY_EVERY_MS)
  void follow()
}

/** `Date` with another present; every other use of it is the real one's. */
function movedDate(): DateConstructor {
  const now = () => RealDate.now() + offset
  const moved: DateConstructor = new Proxy(RealDate, {
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
    construct: (target, args, asked) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, asked === moved ? target : asked),
    apply: () => new RealDate(now()).toString(),
  })
  return moved
}

async function follow(): Promise<never> {
  for (;;) if (!(await hear(offset))) await pause(AGAIN_AFTER_MS)
}

/** Asks for the offset; the store answers when it differs from the known one. False when there is no answer. */
async function hear(known: number): Promise<boolean> {
  try {
    const answer = await fetch(`${storeUrl}/practice/clock?known=${known}`)
    if (!answer.ok) return false
    offset = ((await answer.json()) as { offset: number }).offset
    return true
  } catch {
    return false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
