/**
 * The `s-*` elements in simple clothes: what an extension uses of Shopify's components, rendered accessibly.
 * Each takes its attributes as Preact sets them (lower case in HTML) and shows its children through a slot.
 */
import { applyLayout, applyRole, LAYOUT_ATTRIBUTES } from './layout.ts'

export interface Definition {
  /** Attributes that change what the shadow tree shows; the layout's and role's are watched anyway. */
  watch?: string[]
  /** HTML of the shadow tree; values go in through `escapeHtml`. */
  html(element: HTMLElement): string
  css: string
}

const SHARED_ATTRIBUTES = [...LAYOUT_ATTRIBUTES, 'accessibilityrole', 'accessibilitylabel']

const HTML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => HTML_ENTITIES[sign] ?? sign)
export const attribute = (element: HTMLElement, name: string) => escapeHtml(element.getAttribute(name) ?? '')
const isOn = (element: HTMLElement, name: string) => {
  const value = element.getAttribute(name)
  return value !== null && value !== 'false'
}
/** A javascript: address would run in the page, which Shopify's worker rules out. */
const safeAddress = (address: string) => (/^\s*javascript:/i.test(address) ? '' : address)

/** `h2`, or one deeper in each surrounding section. */
function headingLevel(element: HTMLElement): number {
  let level = 2
  for (let at = element.parentElement?.closest('s-section'); at; at = at.parentElement?.closest('s-section'))
    level++
  return Math.min(level, 6)
}

const TONES = `
  :host([tone="success"]) { color: #1b5e36; }
  :host([tone="critical"]) { color: #a3210f; }
  :host([tone="warning"]), :host([tone="caution"]) { color: #6d4a00; }
  :host([color="subdued"]) { color: #5c5a55; }`

const slot = () => '<slot></slot>'

const ELEMENTS: Record<string, Definition> = {
  's-stack': {
    html: slot,
    css: `:host { display: flex; flex-direction: column; box-sizing: border-box; }
      :host([direction="inline"]) { flex-direction: row; flex-wrap: wrap; }`,
  },
  's-box': { html: slot, css: ':host { display: block; box-sizing: border-box; }' },
  's-grid': { html: slot, css: ':host { display: grid; box-sizing: border-box; }' },
  's-grid-item': { html: slot, css: ':host { display: block; box-sizing: border-box; }' },
  's-section': {
    watch: ['heading'],
    html: (element) => {
      const level = headingLevel(element)
      const heading = attribute(element, 'heading')
      return `<section>${heading ? `<h${level}>${heading}</h${level}>` : ''}<slot></slot></section>`
    },
    css: ':host { display: block; } h2, h3, h4, h5, h6 { font-size: 1.125rem; margin: 0 0 8px; }',
  },
  's-heading': {
    html: (element) => `<h${headingLevel(element)}><slot></slot></h${headingLevel(element)}>`,
    css: ':host { display: block; } h2, h3, h4, h5, h6 { font-size: 1.0625rem; line-height: 1.35; font-weight: 650; margin: 0; }',
  },
  's-text': {
    watch: ['type'],
    html: (element) => {
      const tags: Record<string, string> = {
        strong: 'strong',
        emphasis: 'em',
        small: 'small',
        mark: 'mark',
        redundant: 's',
        address: 'address',
      }
      const tag = tags[element.getAttribute('type') ?? ''] ?? 'span'
      return `<${tag}><slot></slot></${tag}>`
    },
    css: `${TONES} address { font-style: normal; } small { font-size: .875em; }`,
  },
  's-paragraph': {
    html: () => '<p><slot></slot></p>',
    css: `:host { display: block; } p { margin: 0; } ${TONES}`,
  },
  's-banner': {
    watch: ['heading'],
    html: (element) => {
      const heading = attribute(element, 'heading')
      return `<div>${heading ? `<strong>${heading}</strong>` : ''}<slot></slot></div>`
    },
    css: `:host { display: block; } strong { display: block; margin-bottom: 4px; }
      div { padding: 14px 16px; border-radius: 8px; border-inline-start: 4px solid #2c5d8f; background: #eef4fa; color: #16324f; }
      :host([tone="success"]) div { border-color: #1b5e36; background: #edf7f0; color: #12402a; }
      :host([tone="warning"]) div { border-color: #8a5d00; background: #fdf5e3; color: #4f3600; }
      :host([tone="critical"]) div { border-color: #a3210f; background: #fcefed; color: #6d150a; }`,
  },
  's-badge': {
    html: () => '<span><slot></slot></span>',
    css: 'span { display: inline-block; padding: 2px 10px; border-radius: 999px; background: #eceae4; color: #2b2a27; font-size: .8125rem; }',
  },
  's-button': {
    watch: ['disabled', 'loading', 'type', 'variant'],
    html: (element) => {
      const off = isOn(element, 'disabled') || isOn(element, 'loading')
      const label = attribute(element, 'accessibilitylabel')
      return `<button type="button"${off ? ' disabled' : ''}${label ? ` aria-label="${label}"` : ''}${
        isOn(element, 'loading') ? ' aria-busy="true"' : ''
      }><slot></slot></button>`
    },
    css: `:host { display: inline-block; }
      button { font: inherit; min-height: 44px; padding: 8px 18px; border-radius: 8px; border: 1px solid transparent; background: #1f4d3a; color: #fff; cursor: pointer; }
      :host([variant="secondary"]) button { background: #fff; color: #1f4d3a; border-color: currentcolor; }
      button:focus-visible { outline: 3px solid #2c5d8f; outline-offset: 2px; }
      button[disabled] { opacity: .6; cursor: default; }`,
  },
  's-link': {
    watch: ['href', 'target'],
    html: (element) => {
      const label = attribute(element, 'accessibilitylabel')
      const blank = element.getAttribute('target') === '_blank' ? ' target="_blank" rel="noopener"' : ''
      const href = escapeHtml(safeAddress(element.getAttribute('href') ?? ''))
      return `<a href="${href}"${blank}${label ? ` aria-label="${label}"` : ''}><slot></slot></a>`
    },
    css: `a { color: #1c4f82; text-underline-offset: 3px; }
      a:focus-visible { outline: 3px solid #2c5d8f; outline-offset: 2px; border-radius: 2px; }`,
  },
  's-spinner': {
    html: (element) => `<span role="img" aria-label="${attribute(element, 'accessibilitylabel')}"></span>`,
    css: `span { display: inline-block; width: 20px; height: 20px; box-sizing: border-box; border: 3px solid #d5d1c8; border-top-color: #1f4d3a; border-radius: 50%; animation: turn 1s linear infinite; vertical-align: -4px; }
      :host([size="small"]) span { width: 16px; height: 16px; }
      @keyframes turn { to { transform: rotate(1turn); } }
      @media (prefers-reduced-motion: reduce) { span { animation-duration: 4s; } }`,
  },
  's-skeleton-paragraph': {
    watch: ['content'],
    html: (element) => {
      const content = attribute(element, 'content')
      // As large as the text, which nobody reads yet and no search for text finds.
      if (content) return `<div aria-hidden="true"><mark data-content="${content}"></mark></div>`
      return '<div aria-hidden="true"><span></span><span></span></div>'
    },
    css: `:host { display: block; } mark { border-radius: 4px; color: transparent; background: #e6e3dc; } mark::before { content: attr(data-content); }
      span { display: block; height: 14px; margin: 6px 0; border-radius: 4px; background: #e6e3dc; }
      span:last-child { width: 60%; }`,
  },
  's-progress': {
    watch: ['value', 'max'],
    html: (element) =>
      `<progress max="${attribute(element, 'max') || 1}"${
        element.hasAttribute('value') ? ` value="${attribute(element, 'value')}"` : ''
      } aria-label="${attribute(element, 'accessibilitylabel')}"></progress>`,
    css: `:host { display: block; }
      progress { display: block; width: 100%; height: 8px; border: 0; border-radius: 999px; overflow: hidden; appearance: none; background: #e6e3dc; }
      progress::-webkit-progress-bar { background: #e6e3dc; } progress::-webkit-progress-value { background: #1f4d3a; border-radius: 999px; }
      progress::-moz-progress-bar { background: #1f4d3a; }`,
  },
  's-divider': {
    html: () => '<hr>',
    css: ':host { display: block; } hr { border: 0; border-top: 1px solid #dcd8d0; margin: 0; }',
  },
}

/** These carry their label inside; the element itself stays without a role. */
const LABELLED_INSIDE = new Set(['s-button', 's-link', 's-spinner', 's-progress', 's-tile'])

function elementClass(name: string, definition: Definition): CustomElementConstructor {
  return class extends HTMLElement {
    static observedAttributes = [...SHARED_ATTRIBUTES, ...(definition.watch ?? [])]
    #shown = ''

    constructor() {
      super()
      this.attachShadow({ mode: 'open' })
    }

    connectedCallback(): void {
      this.#refresh()
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.#refresh()
    }

    #refresh(): void {
      applyLayout(this)
      if (!LABELLED_INSIDE.has(name)) applyRole(this)
      const html = `<style>${definition.css}</style>${definition.html(this)}`
      if (!this.shadowRoot || html === this.#shown) return
      this.#shown = html
      this.shadowRoot.innerHTML = html
    }
  }
}

/** @param more elements of one kind of page */
export function defineElements(more: Record<string, Definition> = {}): void {
  for (const [name, definition] of Object.entries({ ...ELEMENTS, ...more })) {
    if (!customElements.get(name)) customElements.define(name, elementClass(name, definition))
  }
}
