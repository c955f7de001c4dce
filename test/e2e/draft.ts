/** The draft of the program as another window of the same merchant reads and changes it. */
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'

export function frameOf(page: Page): Frame {
  const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame())
  if (!frame) throw new Error('The app has no frame.')
  return frame
}

export interface Draft {
  revision: number
  document: {
    rewards: { id: string; name: { de?: string; en?: string } }[]
    tiers: { levels: object[] }
  }
}

/** What the open page's own loader says of the draft: one of the program's. */
export function draftOf(page: Page): Promise<Draft> {
  return frameOf(page).evaluate(() => {
    const context = window as unknown as { __remixRouter: { state: { loaderData: Record<string, unknown> } } }
    const data = context.__remixRouter.state.loaderData['routes/app.program'] as { draft: Draft }
    return data.draft
  })
}

export async function send(page: Page, body: object): Promise<void> {
  const status = await frameOf(page).evaluate(async (json) => {
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: json }
    return (await fetch('/app/program.data', init)).status
  }, JSON.stringify(body))
  expect(status).toBe(200)
}
