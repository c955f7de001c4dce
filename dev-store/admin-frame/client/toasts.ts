/** Toasts: read out by the live region, gone by themselves, closed by their button. */
import type { Toast } from '../messages.ts'
import { button, byId, make } from './dom.ts'
import { word } from './words.ts'

type Tell = (type: 'toast-action' | 'toast-dismiss', id: string) => void

const shown = new Map<string, HTMLElement>()

export function hideToast(id: string): void {
  shown.get(id)?.remove()
  shown.delete(id)
}

export function showToast(toast: Toast, tell: Tell): void {
  const dismiss = () => {
    if (!shown.has(toast.id)) return
    hideToast(toast.id)
    tell('toast-dismiss', toast.id)
  }
  const box = make(
    'div',
    { className: toast.isError ? 'toast error' : 'toast' },
    make('span', { textContent: toast.message }),
  )
  if (toast.action) box.append(button(toast.action, () => tell('toast-action', toast.id)))
  const close = button('✕', dismiss)
  close.setAttribute('aria-label', word('dismiss'))
  box.append(close)
  byId('toasts').append(box)
  shown.set(toast.id, box)
  setTimeout(dismiss, toast.duration)
}
