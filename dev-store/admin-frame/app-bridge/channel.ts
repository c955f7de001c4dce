/** The line to the admin's page around the app. */
import { type Envelope, type FrameRequest, isEnvelope, type ToApp, type ToFrame } from '../messages.ts'

const script = document.currentScript as HTMLScriptElement | null

/** The practice store: where this script came from. */
export const storeOrigin = script ? new URL(script.src).origin : location.origin
export const apiKey = script?.dataset.apiKey ?? ''
export const isEmbedded = window.top !== window.self

const kept = (name: string): string => {
  const given = new URL(location.href).searchParams.get(name)
  const key = `app-bridge:${name}`
  if (given !== null) sessionStorage.setItem(key, given)
  return given ?? sessionStorage.getItem(key) ?? ''
}

/** As Shopify gave them when it opened the app; they outlive a navigation inside the frame. */
export const opened = { shop: kept('shop'), host: kept('host'), locale: kept('locale') || 'de' }

const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
const listeners = new Set<(message: ToApp) => void>()
let lastId = 0

export function tell(message: ToFrame): void {
  if (!isEmbedded) return
  const envelope: Envelope<ToFrame> = { practiceStore: true, message }
  window.parent.postMessage(envelope, storeOrigin)
}

/** Asks the admin's page; rejects with its words when it says no. */
export function ask<Value>(request: FrameRequest): Promise<Value> {
  if (!isEmbedded) return Promise.reject(new Error('The app is not shown inside the admin'))
  return new Promise((resolve, reject) => {
    lastId += 1
    waiting.set(lastId, { resolve: resolve as (value: unknown) => void, reject })
    tell({ type: 'request', id: lastId, request })
  })
}

export function listen(listener: (message: ToApp) => void): void {
  listeners.add(listener)
}

window.addEventListener('message', (event) => {
  if (event.origin !== storeOrigin || event.source !== window.parent) return
  if (!isEnvelope<ToApp>(event.data)) return
  const { message } = event.data
  if (message.type !== 'reply') {
    for (const listener of listeners) listener(message)
    return
  }
  const caller = waiting.get(message.id)
  waiting.delete(message.id)
  if (message.error !== undefined) caller?.reject(new Error(message.error))
  else caller?.resolve(message.value)
})
