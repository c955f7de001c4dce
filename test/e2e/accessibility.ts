/** Asks axe about a page as it stands, and walks pages with nothing but the keyboard. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Frame, Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeWindow {
  axe: {
    run(where: unknown, options: unknown): Promise<{ violations: { id: string; nodes: AxeNode[] }[] }>
  }
}
interface AxeNode {
  html: string
  failureSummary?: string
}

/** Of axe's good practice: one `main`, one h1, headings in order, nothing outside of a landmark. */
export const PRACTICE = [
  'landmark-one-main',
  'landmark-unique',
  'page-has-heading-one',
  'heading-order',
  'empty-heading',
]

/** What axe finds against WCAG 2.1 A and AA in the page or in one of its frames, and against these rules of good practice. */
export async function violations(place: Page | Frame, practice: string[] = []): Promise<string[]> {
  // As a debugger would, so that the page's own security policy stays as it is.
  await place.evaluate(AXE)
  return place.evaluate(async (practice) => {
    const { axe } = window as unknown as AxeWindow
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      rules: Object.fromEntries(practice.map((rule) => [rule, { enabled: true }])),
      iframes: false,
    })
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html} ${node.failureSummary?.split('\n').at(1)?.trim() ?? ''}`),
    )
  }, practice)
}

/** What has the focus, looked for inside frames and shadow trees: role or tag, and name. */
export async function focused(page: Page): Promise<string> {
  for (const frame of page.frames().toReversed()) {
    const found = await frame.evaluate(() => {
      let active = document.activeElement
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
      if (!document.hasFocus() || !active || active === document.body || active instanceof HTMLIFrameElement)
        return null
      const labels = (active as HTMLInputElement).labels ?? []
      const text = [...labels].map((label) => label.textContent).join(' ') || active.textContent
      return `${active.tagName.toLowerCase()} ${(active.getAttribute('aria-label') ?? text ?? '').trim()}`
    })
    if (found) return found
  }
  return ''
}

/**
 * Presses Tab until the focus is where `wanted` says.
 * @throws Error with the way that the focus took
 */
export async function tabTo(page: Page, wanted: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<string> {
  const way: string[] = []
  for (let step = 0; step < 120; step++) {
    const now = await focused(page)
    if (step > 0 && wanted.test(now)) return now
    way.push(now)
    await page.keyboard.press(key)
  }
  throw new Error(`The keyboard does not reach ${wanted}. It went over:\n${way.join('\n')}`)
}
