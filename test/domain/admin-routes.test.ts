import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const routes = globSync('app/routes/app*.tsx').map((path) => ({ path, text: readFileSync(path, 'utf8') }))
/** Answers every unknown address with an error: there is nothing to keep. */
const PAGES = routes.filter(({ path }) => !path.endsWith('app.$.tsx'))

test('W8: every page of the admin that reads anything stays as it is after a change that was not made', () => {
  const reading = PAGES.filter(({ text }) => /^export (async )?function loader/m.test(text))
  expect(reading.length).toBeGreaterThan(10)
  const careless = reading.filter(({ text }) => !text.includes('export const shouldRevalidate = unlessLost'))
  expect(careless.map(({ path }) => path)).toEqual([])
})

test('W8: every change of the admin is heard of even without an answer', () => {
  const changing = PAGES.filter(({ text }) => /^export (async )?function action/m.test(text))
  expect(changing.length).toBeGreaterThan(5)
  const careless = changing.filter(({ text }) => !/export const clientAction = keep(Form|Upload)/.test(text))
  expect(careless.map(({ path }) => path)).toEqual([])
})
