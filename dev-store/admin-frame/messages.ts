/** What the app's page (App Bridge stand-in) and the admin's page around it say to each other. */

export type TitleAction = {
  id: string
  label: string
  primary: boolean
  critical: boolean
  disabled: boolean
}

export type SaveBarState = {
  id: string
  shown: boolean
  save: { label: string; disabled: boolean; loading: boolean }
  discard: { label: string; disabled: boolean }
  confirmDiscard: boolean
}

export type Toast = {
  id: string
  message: string
  isError: boolean
  /** Milliseconds. */
  duration: number
  action: string | null
}

export type PickerRequest = {
  type: 'product' | 'variant' | 'collection' | 'customer'
  action: 'add' | 'select'
  /** How many may be chosen; 0 = any number. */
  limit: number
  query: string
  selected: string[]
}

export type FrameRequest =
  | { name: 'id-token' }
  | { name: 'resource-picker'; options: PickerRequest }
  | { name: 'leave-confirmation' }
  | { name: 'scopes' }

export type ToFrame =
  /** `pushed`: a step that the back button undoes. */
  | { type: 'location'; path: string; pushed: boolean }
  | { type: 'title-bar'; title: string; actions: TitleAction[] }
  | { type: 'navigation'; items: { label: string; path: string; home: boolean }[] }
  | { type: 'toast'; toast: Toast }
  | { type: 'toast-hide'; id: string }
  | { type: 'save-bar'; state: SaveBarState }
  | { type: 'loading'; on: boolean }
  | { type: 'open-admin'; path: string }
  | { type: 'request'; id: number; request: FrameRequest }

export type ToApp =
  | { type: 'reply'; id: number; value?: unknown; error?: string }
  | { type: 'navigate'; path: string }
  | { type: 'title-action'; id: string }
  | { type: 'toast-action' | 'toast-dismiss'; id: string }
  | { type: 'save-bar-action'; id: string; action: 'save' | 'discard' }

/** Tells these messages from whatever else goes between two windows. */
export type Envelope<Message> = { practiceStore: true; message: Message }

export function isEnvelope<Message>(data: unknown): data is Envelope<Message> {
  return (
    typeof data === 'object' && data !== null && (data as { practiceStore?: unknown }).practiceStore === true
  )
}

/** The query parameters with which Shopify opens the app: no part of the app's own address. */
export const SHOPIFY_PARAMETERS = [
  'embedded',
  'shop',
  'host',
  'locale',
  'session',
  'timestamp',
  'id_token',
  'hmac',
] as const
