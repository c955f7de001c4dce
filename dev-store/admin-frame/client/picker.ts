/** The resource picker: a dialog over the shop's products, variants, collections or customers. */
import type { PickerRequest } from '../messages.ts'
import { button, make, openDialog } from './dom.ts'
import { chosenCount, word } from './words.ts'

type Resource = { id: string; label: string; detail: string; resource: unknown }

const NAMES = {
  product: 'products',
  variant: 'variants',
  collection: 'collections',
  customer: 'customers',
} as const

/** What the merchant chose, as App Bridge gives it; null when she cancels. */
export async function pickResources(request: PickerRequest): Promise<unknown[] | null> {
  const chosen = new Map<string, Resource>()
  for (const resource of request.selected.length > 0 ? await load(request.type, '', request.selected) : [])
    chosen.set(resource.id, resource)
  const dialog = make('dialog')
  const verb = word(request.action)
  const title = `${verb}: ${word(NAMES[request.type])}`
  const list = make('ul', { className: 'picker-list' })
  const count = make('span', { role: 'status' })
  count.style.marginRight = 'auto'
  const confirm = make('button', { type: 'submit', textContent: verb, className: 'primary' })
  const search = make('input', { type: 'search', className: 'picker-search', value: request.query })
  search.placeholder = word('search')
  search.setAttribute('aria-label', word('search'))

  const update = () => {
    count.textContent = chosenCount(chosen.size)
    confirm.disabled = chosen.size === 0 && request.selected.length === 0
  }
  const toggle = (resource: Resource, on: boolean) => {
    if (request.limit === 1) chosen.clear()
    if (on) chosen.set(resource.id, resource)
    else chosen.delete(resource.id)
    if (request.limit > 1 && chosen.size > request.limit) chosen.delete([...chosen.keys()][0] ?? '')
    for (const box of list.querySelectorAll('input')) box.checked = chosen.has(box.value)
    update()
  }
  const fill = async () => {
    const wanted = search.value
    try {
      const found = await load(request.type, wanted)
      if (search.value === wanted) list.replaceChildren(...rows(found, chosen, request.limit, toggle))
    } catch {
      list.replaceChildren(make('li', { textContent: word('failed') }))
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  search.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(fill, 200)
  })
  const heading = make('h2', { textContent: title, id: 'picker-title' })
  const close = button('✕', () => dialog.close(''))
  close.setAttribute('aria-label', word('dismiss'))
  const form = make(
    'form',
    { method: 'dialog' },
    make('header', {}, heading, close),
    make('div', { className: 'body' }, search, list),
    make(
      'footer',
      {},
      count,
      button(word('cancel'), () => dialog.close('')),
      confirm,
    ),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!confirm.disabled) dialog.close('chosen')
  })
  dialog.append(form)
  dialog.setAttribute('aria-labelledby', 'picker-title')
  update()
  void fill()
  const result = openDialog(dialog)
  search.focus()
  return (await result) === 'chosen' ? [...chosen.values()].map((one) => one.resource) : null
}

function rows(
  found: Resource[],
  chosen: Map<string, Resource>,
  limit: number,
  toggle: (resource: Resource, on: boolean) => void,
): HTMLElement[] {
  if (found.length === 0) return [make('li', { textContent: word('nothing'), className: 'quiet' })]
  return found.map((resource) => {
    const box = make('input', {
      type: limit === 1 ? 'radio' : 'checkbox',
      name: 'resource',
      value: resource.id,
      checked: chosen.has(resource.id),
    })
    box.addEventListener('change', () => toggle(resource, box.checked))
    const detail = make('span', { className: 'detail', textContent: resource.detail })
    return make('li', {}, make('label', {}, box, make('span', { textContent: resource.label }), detail))
  })
}

async function load(type: string, query: string, ids: string[] = []): Promise<Resource[]> {
  const parameters = new URLSearchParams({ type, query })
  for (const id of ids) parameters.append('id', id)
  const response = await fetch(`/admin/frame/resources?${parameters}`)
  if (!response.ok) throw new Error(`The list answered ${response.status}`)
  return (await response.json()) as Resource[]
}
