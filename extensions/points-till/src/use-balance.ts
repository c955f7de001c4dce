import { useEffect, useState } from 'preact/hooks'
import type { App, Member } from './app-api.ts'
import { type LastKnown, lastKnown, remember } from './last-known.ts'
import type { Pos } from './pos.ts'

/** As it is now, or why that is not known and what was known last. */
export interface ShownBalance {
  now?: Member
  refused?: unknown
  known?: LastKnown | null
}

/** The balance of a customer; `undefined` until it is there. */
export function useBalance(
  { storage }: Pick<Pos, 'storage'>,
  app: App,
  customerId: string | null,
): ShownBalance | undefined {
  const [shown, setShown] = useState<ShownBalance & { of: string }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: one app and one storage for each view
  useEffect(() => {
    if (customerId === null) return
    let stays = true
    readBalance(storage, app, customerId).then((read) => stays && setShown({ ...read, of: customerId }))
    return () => {
      stays = false
    }
  }, [customerId])
  return shown?.of === customerId ? shown : undefined
}

export async function readBalance(
  storage: Pos['storage'],
  app: App,
  customerId: string,
): Promise<ShownBalance> {
  try {
    const now = await app.member(customerId)
    await remember(storage, now.customerId, now.member.available, Date.now())
    return { now }
  } catch (refused) {
    return { refused, known: await lastKnown(storage, customerId) }
  }
}
