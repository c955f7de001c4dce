// The panel's dialog in the theme's own clothes.
import { el, wait } from './panel-parts.js'

/** The dialog with its place for the view and its line for what is said. */
export function build(text, launcher) {
  const body = el('div', { class: 'stammgast-panel__body' })
  const status = el('p', { class: 'stammgast-hidden', role: 'status' })
  const close = el(
    'button',
    { type: 'button', class: 'stammgast-panel__close', 'aria-label': text.close },
    '×',
  )
  const title = el('h2', { id: 'stammgast-title', class: 'stammgast-panel__title' }, text.title)
  const dialog = el('dialog', { class: 'stammgast stammgast-panel', 'aria-labelledby': 'stammgast-title' })
  dialog.append(el('header', { class: 'stammgast-panel__head' }, title, close), body, status)
  close.onclick = () => dialog.close()
  // On the backdrop. No value is returned: `false` from such a handler would keep links and details from working.
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close()
  }
  dress(dialog, launcher)
  document.body.append(dialog)
  return { dialog, body, status }
}

/** The panel's style is fetched with it; opening waits for it, but never longer than two seconds. */
export function style(config) {
  const link = el('link', { rel: 'stylesheet', href: config.style })
  const loaded = new Promise((resolve) => {
    link.onload = link.onerror = resolve
  })
  document.head.append(link)
  return Promise.race([loaded, wait(2000)])
}

const opaque = (color) => !/^rgba\(.*, 0\)$|^transparent$/.test(color)

/** Gives the dialog the theme's font and colours, and the launcher's accent and side. */
export function dress(dialog, launcher) {
  const page = getComputedStyle(document.body)
  const ground = [page, getComputedStyle(document.documentElement)]
    .map((own) => own.backgroundColor)
    .find(opaque)
  dialog.style.cssText = launcher.style.cssText
  dialog.style.fontFamily = page.fontFamily
  if (ground) {
    dialog.style.setProperty('--stammgast-ground', ground)
    dialog.style.setProperty('--stammgast-ink', page.color)
  }
  if (launcher.matches('[class*="--left"]')) dialog.classList.add('stammgast-panel--left')
}
