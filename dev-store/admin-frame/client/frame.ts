/** The admin's page around the app: address bar, navigation, title bar, toasts, save bar, picker. */
import { type Envelope, type FrameRequest, isEnvelope, type ToApp, type ToFrame } from '../messages.ts'
import { button, byId, make } from './dom.ts'
import { pickResources } from './picker.ts'
import { confirmLeaving, discardCurrent, isUnsaved, showSaveBar } from './save-bar.ts'
import { hideToast, showToast } from './toasts.ts'

const APP_ADDRESS = '/admin/apps/stammgast'
const NAVIGATION_KEY = 'app-navigation'

type NavigationItem = Extract<ToFrame, { type: 'navigation' }>['items'][number]

const frame = byId('app-frame') as HTMLIFrameElement
const appAddress = frame.dataset.address ?? ''
const appOrigin = new URL(appAddress).origin
let currentPath = ''
let items: NavigationItem[] = JSON.parse(sessionStorage.getItem(NAVIGATION_KEY) ?? '[]')

function tell(message: ToApp): void {
  const envelope: Envelope<ToApp> = { practiceStore: true, message }
  frame.contentWindow?.postMessage(envelope, appOrigin)
}

const act = (id: string, action: 'save' | 'discard') => tell({ type: 'save-bar-action', id, action })

window.addEventListener('message', (event) => {
  if (event.origin !== appOrigin || event.source !== frame.contentWindow) return
  if (isEnvelope<ToFrame>(event.data)) receive(event.data.message)
})

function receive(message: ToFrame): void {
  if (message.type === 'location') showLocation(message.path, message.pushed)
  else if (message.type === 'navigation') showNavigation(message.items)
  else if (message.type === 'title-bar') showTitleBar(message)
  else if (message.type === 'toast') showToast(message.toast, (type, id) => tell({ type, id }))
  else if (message.type === 'toast-hide') hideToast(message.id)
  else if (message.type === 'save-bar') showSaveBar(message.state, act)
  else if (message.type === 'loading') byId('loading-bar').hidden = !message.on
  else if (message.type === 'open-admin') location.assign(`/admin${message.path}`)
  else void reply(message.id, message.request)
}

async function reply(id: number, request: FrameRequest): Promise<void> {
  try {
    tell({ type: 'reply', id, value: await answer(request) })
  } catch (error) {
    tell({ type: 'reply', id, error: (error as Error).message })
  }
}

async function answer(request: FrameRequest): Promise<unknown> {
  if (request.name === 'resource-picker') return pickResources(request.options)
  if (request.name === 'leave-confirmation') {
    const leave = await confirmLeaving()
    if (leave) discardCurrent(act)
    return leave
  }
  const address = request.name === 'id-token' ? '/admin/frame/id-token' : '/admin/frame/scopes'
  const response = await fetch(address)
  if (!response.ok) throw new Error(`The admin answered ${response.status}`)
  return request.name === 'id-token' ? ((await response.json()) as { token: string }).token : response.json()
}

/** A reload or a shared link comes back to the same page of the app. */
function showLocation(path: string, pushed: boolean): void {
  currentPath = path
  const address = `${APP_ADDRESS}${path}`
  if (location.pathname + location.search + location.hash !== address) {
    if (pushed) history.pushState(null, '', address)
    else history.replaceState(null, '', address)
  }
  markCurrent()
}

/** The back button: the app goes where the address says, unless that would lose what is not saved. */
window.addEventListener('popstate', async () => {
  const path = appPath(location)
  const before = currentPath
  if (path === before) return
  if (isUnsaved()) {
    history.pushState(null, '', `${APP_ADDRESS}${before}`)
    if (!(await confirmLeaving())) return
    discardCurrent(act)
  }
  tell({ type: 'navigate', path })
})

/** The app's own path in an address of the admin. */
function appPath({ pathname, search }: { pathname: string; search: string }): string {
  const home = items.find((item) => item.home)?.path ?? '/app'
  return pathname.slice(APP_ADDRESS.length) + search || home
}

function showNavigation(next: NavigationItem[]): void {
  items = next
  sessionStorage.setItem(NAVIGATION_KEY, JSON.stringify(items))
  drawNavigation()
}

function drawNavigation(): void {
  const list = byId('app-navigation')
  const others = items.filter((item) => !item.home)
  list.hidden = others.length === 0
  list.replaceChildren(
    ...others.map((item) =>
      make('li', {}, make('a', { href: `${APP_ADDRESS}${item.path}`, textContent: item.label })),
    ),
  )
  markCurrent()
}

/** The longest path that the current one begins with is where the merchant is. */
function markCurrent(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(`#navigation a[href^="${APP_ADDRESS}"]`)]
  const within = (link: HTMLAnchorElement) => {
    const path = link.pathname.slice(APP_ADDRESS.length)
    const here = currentPath.split(/[?#]/)[0] ?? ''
    return path !== '' && (here === path || here.startsWith(`${path}/`)) ? path.length : 0
  }
  const best = links.reduce<HTMLAnchorElement | undefined>(
    (found, link) => (within(link) > (found ? within(found) : 0) ? link : found),
    undefined,
  )
  for (const link of links) link.removeAttribute('aria-current')
  ;(best ?? links[0])?.setAttribute('aria-current', 'page')
}

function showTitleBar({ title, actions }: Extract<ToFrame, { type: 'title-bar' }>): void {
  const bar = byId('app-title-bar')
  bar.hidden = title === '' && actions.length === 0
  bar.replaceChildren(
    make('strong', { textContent: title }),
    ...actions.map((action) => {
      const className = action.critical ? 'critical' : action.primary ? 'primary' : ''
      const element = button(action.label, () => tell({ type: 'title-action', id: action.id }), className)
      element.disabled = action.disabled
      return element
    }),
  )
}

/** Links of the admin: those to the app's pages stay in the frame; none loses what is not saved. */
document.addEventListener('click', async (event) => {
  const link = (event.target as Element | null)?.closest?.('a[href]')
  if (!(link instanceof HTMLAnchorElement) || link.target || event.ctrlKey || event.metaKey) return
  const path = link.pathname.startsWith(APP_ADDRESS) ? appPath(link) : null
  if (path === null && !isUnsaved()) return
  event.preventDefault()
  if (!(await confirmLeaving())) return
  discardCurrent(act)
  if (path === null) location.assign(link.href)
  else tell({ type: 'navigate', path })
})

drawNavigation()
// Only now: what the app says first must find somebody who listens.
frame.src = appAddress
