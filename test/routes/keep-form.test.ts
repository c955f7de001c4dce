import { type ClientActionFunctionArgs, redirect } from '@remix-run/react'
import { UNSAFE_ErrorResponseImpl } from '@remix-run/router'
import { describe, expect, test } from 'vitest'
import { keepForm, keepUpload } from '../../app/ui/kit/lost-answer.ts'

type Route = { action?: unknown; clientAction?: unknown }
const routes = import.meta.glob<Route>('../../app/routes/app*.{ts,tsx}')

const refused = (status: number) => new UNSAFE_ErrorResponseImpl(status, '', null)
const cutOff = new TypeError('Failed to fetch')
const ended = redirect('/auth/session-token?shopify-reload=1')

const sent = (serverAction: () => Promise<unknown>) =>
  keepForm({ request: new Request('http://a/'), serverAction } as unknown as ClientActionFunctionArgs)
const failing = (error: unknown) => async () => {
  throw error
}

describe('W8: a form outlives whatever happens to what it sent', () => {
  test.each([
    ['no network', cutOff, 'unknown'],
    ['a proxy’s page instead of ours', new Error('Unable to decode turbo-stream response'), 'unknown'],
    ['an error of the server', refused(500), 'unknown'],
    ['a server that is busy', refused(503), 'unknown'],
    ['a session that is over', refused(401), 'signed-out'],
    ['the way to sign in', ended, 'signed-out'],
    ['another shape', refused(400), 'refused'],
    ['too much', refused(413), 'refused'],
  ])('%s', async (_what, thrown, lost) => {
    const answer = (await sent(failing(thrown))) as Response
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({ lost })
  })

  test('an answer and a way to another page pass', async () => {
    expect(await sent(async () => ({ ok: true }))).toEqual({ ok: true })
    const elsewhere = redirect('/app/operations/bulk/1')
    await expect(sent(failing(elsewhere))).rejects.toBe(elsewhere)
  })

  test.each(Object.entries(routes))('%s lets no failed action take the page', async (_file, load) => {
    const { action, clientAction } = await load()
    expect([keepForm, keepUpload].includes(clientAction as typeof keepForm)).toBe(action !== undefined)
  })
})
