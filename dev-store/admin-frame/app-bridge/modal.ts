/**
 * `ui-modal` and `shopify.modal`: a dialog in the app's page. The element's own children stay where React put
 * them and are shown through a slot, so that nothing of React's is moved.
 */
import { opened } from './channel.ts'
import { titleActions } from './title-bar.ts'

const STYLE = `
dialog { width: min(92vw, var(--width)); max-height: 86vh; padding: 0; border: 0; border-radius: 14px; color: #1f1f1f;
  font: 14px/1.45 system-ui, sans-serif; box-shadow: 0 12px 40px rgb(0 0 0 / 35%); }
dialog::backdrop { background: rgb(0 0 0 / 50%); }
.inner { display: flex; flex-direction: column; max-height: 86vh; }
header, footer { display: flex; align-items: center; gap: 8px; padding: 12px 16px; }
header { border-bottom: 1px solid #d9d9d9; }
footer { justify-content: flex-end; border-top: 1px solid #d9d9d9; }
footer:empty { display: none; }
h2 { flex: 1; margin: 0; font-size: 15px; }
.content { overflow: auto; }
iframe { width: 100%; height: 60vh; border: 0; }
button { padding: 6px 12px; border: 1px solid #b5b5b5; border-radius: 8px; background: #fff; color: inherit; font: inherit;
  font-weight: 550; cursor: pointer; }
button.primary { border-color: #303030; background: #303030; color: #fff; }
button.critical { border-color: #b3261e; background: #b3261e; color: #fff; }
button:disabled { background: #ececec; color: #6b6b6b; cursor: default; }
button:focus-visible { outline: 2px solid #005bd3; outline-offset: 2px; }
`

const WIDTHS: Record<string, string> = { small: '380px', base: '620px', large: '980px', max: '100vw' }

class ModalElement extends HTMLElement {
  #dialog: HTMLDialogElement
  #title: HTMLElement
  #footer: HTMLElement
  #place: HTMLElement
  #content: HTMLElement | null = null
  #observer: MutationObserver | null = null

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open' })
    const close = opened.locale.startsWith('de') ? 'Schließen' : 'Close'
    root.innerHTML = `<style>${STYLE}</style><dialog aria-labelledby="title"><div class="inner"><header><h2 id="title"></h2><button type="button" class="close" aria-label="${close}">✕</button></header><div class="content"><slot></slot></div><footer></footer></div></dialog>`
    const find = <Found extends HTMLElement>(selector: string) => root.querySelector<Found>(selector) as Found
    this.#dialog = find<HTMLDialogElement>('dialog')
    this.#title = find('h2')
    this.#footer = find('footer')
    this.#place = find('.content')
    find('.close').addEventListener('click', () => this.hide())
    this.#dialog.addEventListener('close', () => this.dispatchEvent(new Event('hide')))
  }

  /** Where React's `Modal` puts its content. */
  get content(): HTMLElement {
    this.#content ??= this.appendChild(document.createElement('div'))
    return this.#content
  }

  get variant(): string {
    return this.getAttribute('variant') ?? 'base'
  }

  set variant(variant: string) {
    this.setAttribute('variant', variant)
  }

  get src(): string | undefined {
    return this.getAttribute('src') ?? undefined
  }

  set src(address: string | undefined) {
    if (address === undefined) this.removeAttribute('src')
    else this.setAttribute('src', address)
  }

  get contentWindow(): Window | null {
    return this.#place.querySelector('iframe')?.contentWindow ?? null
  }

  #draw(): void {
    const bar = this.querySelector(':scope > ui-title-bar')
    this.#title.textContent = bar?.getAttribute('title') ?? ''
    this.#dialog.style.setProperty('--width', WIDTHS[this.variant] ?? '620px')
    this.#footer.replaceChildren(
      ...(bar ? titleActions(bar) : []).map(({ action, element }) => {
        const button = document.createElement('button')
        button.type = 'button'
        button.textContent = action.label
        button.disabled = action.disabled
        button.className = action.critical ? 'critical' : action.primary ? 'primary' : ''
        button.addEventListener('click', () => element.click())
        return button
      }),
    )
    if (this.src && !this.#place.querySelector('iframe')) {
      const frame = document.createElement('iframe')
      frame.src = this.src
      frame.title = this.#title.textContent
      this.#place.replaceChildren(frame)
    }
  }

  async show(): Promise<void> {
    if (this.#dialog.open) return
    this.#draw()
    this.#observer = new MutationObserver(() => this.#draw())
    for (const bar of this.querySelectorAll(':scope > ui-title-bar'))
      this.#observer.observe(bar, { attributes: true, childList: true, characterData: true, subtree: true })
    this.#dialog.showModal()
    this.dispatchEvent(new Event('show'))
  }

  async hide(): Promise<void> {
    this.#observer?.disconnect()
    if (this.#dialog.open) this.#dialog.close()
  }

  async toggle(): Promise<void> {
    await (this.#dialog.open ? this.hide() : this.show())
  }

  disconnectedCallback(): void {
    void this.hide()
  }
}

const element = (id: string): ModalElement => {
  const found = document.getElementById(id)
  if (!(found instanceof ModalElement)) throw new Error(`There is no ui-modal with the id "${id}"`)
  return found
}

export const modal = {
  show: async (id: string) => element(id).show(),
  hide: async (id: string) => element(id).hide(),
  toggle: async (id: string) => element(id).toggle(),
}

export function installModal(): void {
  customElements.define('ui-modal', ModalElement)
}
