import { z } from 'zod'
import { updateSettings } from '../../loyalty/shop/update-settings.ts'
import { adminRequest, sentJson } from '../admin-request.server.ts'

const change = z.strictObject({
  guideDismissed: z.boolean().optional(),
  themeBlockDone: z.boolean().optional(),
})

/** The action of the pages on which the guide and the settings stand. Safe to send twice. */
export async function changeSettings(request: Request): Promise<{ ok: true }> {
  const { shop } = await adminRequest(request)
  const sent = await sentJson(request, change)
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined))
  await updateSettings(shop, given)
  return { ok: true }
}
