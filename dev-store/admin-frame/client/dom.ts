/** Elements without markup in strings: text stays text. */

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> & { role?: string } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const { role, ...rest } = properties
  const element: HTMLElement = Object.assign(document.createElement(tag) as HTMLElement, rest)
  if (role) element.setAttribute('role', role)
  element.append(...children)
  return element as HTMLElementTagNameMap[Tag]
}

export function button(label: string, onclick: () => void, className = ''): HTMLButtonElement {
  return make('button', { type: 'button', textContent: label, className, onclick })
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}`)
  return found
}

/** Opens a dialog; resolves with its `returnValue` when it closes (Escape gives ""), and removes it. */
export function openDialog(dialog: HTMLDialogElement): Promise<string> {
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue)
      dialog.remove()
    })
  })
}
