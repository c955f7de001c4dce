/** The bar in the top bar that says that something is not saved, and the question before it is lost. */
import type { SaveBarState } from '../messages.ts'
import { button, byId, make, openDialog } from './dom.ts'
import { word } from './words.ts'

type Act = (id: string, action: 'save' | 'discard') => void

let current: SaveBarState | null = null

export function isUnsaved(): boolean {
  return current !== null
}

export function showSaveBar(state: SaveBarState, act: Act): void {
  if (!state.shown && current && current.id !== state.id) return
  current = state.shown ? state : null
  const bar = byId('save-bar')
  bar.hidden = current === null
  bar.replaceChildren()
  if (!current) return
  const { id, save, discard, confirmDiscard } = current
  const discardButton = button(discard.label || word('discard'), async () => {
    if (!confirmDiscard || (await confirmLeaving())) act(id, 'discard')
  })
  const saveButton = button(save.label || word('save'), () => act(id, 'save'), 'primary')
  discardButton.disabled = discard.disabled
  saveButton.disabled = save.disabled || save.loading
  bar.append(make('span', { textContent: word('unsaved') }), discardButton, saveButton)
}

/** Asks before unsaved changes are lost; true when there are none. */
export async function confirmLeaving(): Promise<boolean> {
  if (!current) return true
  const dialog = make('dialog')
  const leave = button(word('discard'), () => dialog.close('leave'), 'critical')
  dialog.append(
    make(
      'div',
      { className: 'inner' },
      make('header', {}, make('h2', { textContent: word('confirmTitle'), id: 'confirm-title' })),
      make('div', { className: 'body', textContent: word('confirmText') }),
      make(
        'footer',
        {},
        button(word('stay'), () => dialog.close('')),
        leave,
      ),
    ),
  )
  dialog.setAttribute('aria-labelledby', 'confirm-title')
  return (await openDialog(dialog)) === 'leave'
}

/** The merchant agreed to lose what was not saved: the app hears it as Discard, and the bar goes. */
export function discardCurrent(act: Act): void {
  if (!current) return
  const { id } = current
  act(id, 'discard')
  current = null
  byId('save-bar').hidden = true
}
