/** `ui-save-bar`, `shopify.saveBar` and forms with `data-save-bar`: the bar itself is shown by the admin. */
import { ask, listen, tell } from './channel.ts'

/** Who is asked when the merchant presses a button of the bar. */
type Owner = { save: () => void; discard: () => void }

const owners = new Map<string, Owner>()
const shown = new Set<string>()
let lastId = 0

const freshId = () => {
  lastId += 1
  return `save-bar-${lastId}`
}

class SaveBarElement extends HTMLElement {
  #observer: MutationObserver | null = null
  #key = freshId()

  get key(): string {
    return this.id || this.#key
  }

  get showing(): boolean {
    return shown.has(this.key)
  }

  get discardConfirmation(): boolean {
    return this.hasAttribute('discardconfirmation') || this.hasAttribute('discardConfirmation')
  }

  set discardConfirmation(on: boolean) {
    this.toggleAttribute('discardconfirmation', on)
  }

  constructor() {
    super()
    // An empty shadow hides the buttons and leaves the element's attributes to React.
    this.attachShadow({ mode: 'open' })
  }

  connectedCallback(): void {
    this.#observer = new MutationObserver(() => {
      if (this.showing) this.#report(true)
    })
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true })
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect()
    void this.hide()
  }

  #button(primary: boolean): HTMLButtonElement | null {
    const buttons = [...this.querySelectorAll('button')]
    return buttons.find((button) => (button.getAttribute('variant') === 'primary') === primary) ?? null
  }

  #report(on: boolean): void {
    const [save, discard] = [this.#button(true), this.#button(false)]
    tell({
      type: 'save-bar',
      state: {
        id: this.key,
        shown: on,
        save: {
          label: save?.textContent?.trim() ?? '',
          disabled: save?.disabled ?? false,
          loading: save?.hasAttribute('loading') ?? false,
        },
        discard: { label: discard?.textContent?.trim() ?? '', disabled: discard?.disabled ?? false },
        confirmDiscard: this.discardConfirmation,
      },
    })
  }

  async show(): Promise<void> {
    if (this.showing) return
    owners.set(this.key, {
      save: () => this.#button(true)?.click(),
      discard: () => this.#button(false)?.click(),
    })
    shown.add(this.key)
    this.#report(true)
    this.dispatchEvent(new Event('show'))
  }

  async hide(): Promise<void> {
    if (!shown.delete(this.key)) return
    owners.delete(this.key)
    this.#report(false)
    this.dispatchEvent(new Event('hide'))
  }

  async toggle(): Promise<void> {
    await (this.showing ? this.hide() : this.show())
  }
}

const element = (id: string): SaveBarElement => {
  const found = document.getElementById(id)
  if (!(found instanceof SaveBarElement)) throw new Error(`There is no ui-save-bar with the id "${id}"`)
  return found
}

export const saveBar = {
  show: async (id: string) => element(id).show(),
  hide: async (id: string) => element(id).hide(),
  toggle: async (id: string) => element(id).toggle(),
  /** Resolves when nothing is unsaved or the merchant agrees to lose it; stays open otherwise. */
  leaveConfirmation: async () => {
    if (shown.size === 0) return
    const leave = await ask<boolean>({ name: 'leave-confirmation' })
    if (!leave) await new Promise(() => undefined)
  },
}

/** A form with `data-save-bar`: its changes show the bar, Save submits it, Discard resets it. */
const formIds = new WeakMap<HTMLFormElement, string>()

function watchForms(): void {
  const changed = (event: Event) => {
    const form = (event.target as Element | null)?.closest?.('form')
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-save-bar')) return
    setFormBar(form, true)
  }
  document.addEventListener('input', changed)
  document.addEventListener('change', changed)
  const done = (event: Event) => {
    if (event.target instanceof HTMLFormElement) setFormBar(event.target, false)
  }
  document.addEventListener('submit', done)
  document.addEventListener('reset', done)
}

function setFormBar(form: HTMLFormElement, on: boolean): void {
  const id = formIds.get(form) ?? freshId()
  formIds.set(form, id)
  if (shown.has(id) === on) return
  if (on) {
    shown.add(id)
    owners.set(id, { save: () => form.requestSubmit(), discard: () => form.reset() })
  } else {
    shown.delete(id)
    owners.delete(id)
  }
  tell({
    type: 'save-bar',
    state: {
      id,
      shown: on,
      save: { label: '', disabled: false, loading: false },
      discard: { label: '', disabled: false },
      confirmDiscard: form.hasAttribute('data-discard-confirmation'),
    },
  })
}

export function installSaveBar(): void {
  customElements.define('ui-save-bar', SaveBarElement)
  watchForms()
  listen((message) => {
    if (message.type === 'save-bar-action') owners.get(message.id)?.[message.action]()
  })
}
