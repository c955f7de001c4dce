import { afterEach, describe, expect, test, vi } from 'vitest'
import { emptyForm, sentAdjustment } from '../../app/ui/members/changes/adjust-form.ts'

/** As much of a browser's storage as a form uses. */
function storage() {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  })
  return kept
}

afterEach(() => {
  vi.unstubAllGlobals()
})

const form = () => ({
  ...emptyForm(),
  points: '7',
  reason: 'Kulanz',
  before: { available: 3, pending: 0, held: 0, debt: 0 },
})

describe('an adjustment that was sent without an answer', () => {
  test('is there again after a reload, with its key, until the answer is known', () => {
    storage()
    const sent = form()
    sentAdjustment('a.myshopify.com', '1').keep(sent)
    expect(sentAdjustment('a.myshopify.com', '1').read()).toEqual(sent)
    sentAdjustment('a.myshopify.com', '1').forget()
    expect(sentAdjustment('a.myshopify.com', '1').read()).toBeNull()
  })

  test('is no other member’s and no other shop’s', () => {
    storage()
    sentAdjustment('a.myshopify.com', '1').keep(form())
    expect(sentAdjustment('a.myshopify.com', '2').read()).toBeNull()
    expect(sentAdjustment('b.myshopify.com', '1').read()).toBeNull()
  })

  test.each([
    '{',
    'null',
    '7',
    '{"key":"k"}',
    '{"key":1,"points":"7","reason":"","sure":true,"remove":false}',
  ])('is nothing where what was kept cannot be read: %s', (text) => {
    const kept = storage()
    const sent = sentAdjustment('a.myshopify.com', '1')
    sent.keep(form())
    for (const name of kept.keys()) kept.set(name, text)
    expect(sent.read()).toBeNull()
  })

  test('breaks nothing where the browser keeps nothing', () => {
    vi.stubGlobal('sessionStorage', undefined)
    const sent = sentAdjustment('a.myshopify.com', '1')
    sent.keep(form())
    sent.forget()
    expect(sent.read()).toBeNull()
  })
})
