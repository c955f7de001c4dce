/** The elements of Shopify POS that no other page has, in simple clothes. */
import { attribute, type Definition, defineElements } from './elements.ts'

const BUTTON = `font: inherit; text-align: start; border-radius: 8px; cursor: pointer;`

const ELEMENTS: Record<string, Definition> = {
  's-tile': {
    watch: ['heading', 'subheading'],
    html: (element) =>
      `<button type="button"><strong>${attribute(element, 'heading')}</strong><span>${attribute(element, 'subheading')}</span></button>`,
    css: `:host { display: block; } button { ${BUTTON} display: grid; gap: 4px; width: 100%; min-height: 72px; padding: 12px 16px; border: 0; background: #1f4d3a; color: #fff; }
      button:focus-visible { outline: 3px solid #2c5d8f; outline-offset: 2px; }`,
  },
  's-page': {
    watch: ['heading'],
    html: (element) => `<h2>${attribute(element, 'heading')}</h2><slot></slot>`,
    css: ':host { display: block; } h2 { font-size: 1.25rem; margin: 0 0 12px; }',
  },
  's-scroll-box': { html: () => '<slot></slot>', css: ':host { display: block; }' },
  's-pos-block': {
    watch: ['heading'],
    html: (element) =>
      `<section><h2>${attribute(element, 'heading')}</h2><slot></slot><slot name="secondary-actions"></slot></section>`,
    css: ':host { display: block; } section { display: grid; gap: 8px; padding: 12px 16px; border: 1px solid #dcd8d0; border-radius: 8px; } h2 { font-size: 1rem; margin: 0; }',
  },
}

/** A field with its label inside; what is typed is its `value`. */
function fieldClass(type: 'search' | 'number'): CustomElementConstructor {
  return class extends HTMLElement {
    static observedAttributes = ['label', 'placeholder', 'details', 'min', 'max']
    #input = document.createElement('input')
    #label = document.createElement('span')
    #details = document.createElement('small')

    constructor() {
      super()
      const label = document.createElement('label')
      label.append(this.#label, this.#input, this.#details)
      const style = document.createElement('style')
      style.textContent = `:host { display: block; } label { display: grid; gap: 4px; }
        input { font: inherit; min-height: 44px; padding: 8px 12px; border: 1px solid #767268; border-radius: 8px; box-sizing: border-box; width: 100%; }`
      this.#input.type = type
      // Unlike `input`, `change` does not leave the shadow tree by itself.
      this.#input.addEventListener('change', () => this.dispatchEvent(new Event('change', { bubbles: true })))
      this.attachShadow({ mode: 'open' }).append(style, label)
    }

    get value(): string {
      return this.#input.value
    }

    set value(value: string) {
      if (this.#input.value !== value) this.#input.value = value
    }

    attributeChangedCallback(): void {
      const [label, placeholder, details] = ['label', 'placeholder', 'details'].map((name) =>
        this.getAttribute(name),
      )
      this.#label.textContent = label ?? placeholder ?? ''
      this.#details.textContent = details ?? ''
      for (const name of ['min', 'max']) {
        const limit = this.getAttribute(name)
        if (limit !== null) this.#input.setAttribute(name, limit)
      }
    }
  }
}

export function defineTillElements(): void {
  defineElements(ELEMENTS)
  if (customElements.get('s-search-field')) return
  customElements.define('s-search-field', fieldClass('search'))
  customElements.define('s-number-field', fieldClass('number'))
}
