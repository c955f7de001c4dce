/** `ui-title-bar`, `ui-nav-menu` and `s-app-nav`: what they hold is shown by the admin. */
import type { TitleAction } from '../messages.ts'
import { listen, tell } from './channel.ts'
import { ownPath } from './navigation.ts'

/** Nothing of it is seen in the app's own page, and the page's own elements stay untouched. */
class QuietElement extends HTMLElement {
  #observer: MutationObserver | null = null

  connectedCallback(): void {
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' })
    this.#observer = new MutationObserver(() => this.report())
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true })
    // The parser and React add the children after the element itself.
    queueMicrotask(() => this.report())
    document.addEventListener('DOMContentLoaded', () => this.report(), { once: true })
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect()
  }

  report(): void {}
}

const actions = new Map<string, HTMLElement>()

/** The buttons and links of a title bar, as the admin and dialogs show them. */
export function titleActions(bar: Element): { action: TitleAction; element: HTMLElement }[] {
  return [...bar.querySelectorAll<HTMLElement>('button, a')]
    .filter((element) => element.getAttribute('variant') !== 'breadcrumb')
    .map((element, index) => ({
      element,
      action: {
        id: element.id || `action-${index}`,
        label: element.textContent?.trim() ?? '',
        primary: element.getAttribute('variant') === 'primary',
        critical: element.getAttribute('tone') === 'critical',
        disabled: (element as HTMLButtonElement).disabled || element.hasAttribute('loading'),
      },
    }))
}

class TitleBarElement extends QuietElement {
  override report(): void {
    if (!this.isConnected || this.closest('ui-modal')) return
    const found = titleActions(this)
    actions.clear()
    for (const { action, element } of found) actions.set(action.id, element)
    tell({
      type: 'title-bar',
      title: this.getAttribute('title') ?? document.title,
      actions: found.map(({ action }) => action),
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (!document.querySelector('ui-title-bar')) tell({ type: 'title-bar', title: '', actions: [] })
  }
}

class NavigationElement extends QuietElement {
  override report(): void {
    const links = [...this.querySelectorAll<HTMLElement>('[href]')]
    tell({
      type: 'navigation',
      items: links.map((link) => ({
        label: link.textContent?.trim() ?? '',
        path: ownPath(link.getAttribute('href') ?? ''),
        home: link.getAttribute('rel') === 'home',
      })),
    })
  }
}

export function installTitleBar(): void {
  customElements.define('ui-title-bar', TitleBarElement)
  customElements.define('ui-nav-menu', class extends NavigationElement {})
  customElements.define('s-app-nav', class extends NavigationElement {})
  listen((message) => {
    if (message.type === 'title-action') actions.get(message.id)?.click()
  })
}
