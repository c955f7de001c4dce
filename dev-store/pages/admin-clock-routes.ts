/** The practice shop's clock: what time it is there, and the buttons that move it ahead. */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { PracticeClock, STEPS, type Step } from '../clock.ts'
import type { PracticeContext } from '../context.ts'
import { adminLocale, adminPage } from './admin-page.ts'
import { moment } from './words.ts'

const WORDS = {
  de: {
    title: 'Uhr',
    now: 'Im Übungsladen ist es',
    real: 'Die Uhr geht nach der Wirklichkeit.',
    ahead: (days: number) => `Die Uhr geht ${days === 1 ? 'einen Tag' : `${days} Tage`} vor.`,
    hint: 'Laden und App gehen nach dieser Uhr. So lässt sich sehen, wie Rückgabefristen enden, Codes ablaufen und Punkte verfallen. Zurück geht sie nicht: Was geschehen ist, bleibt geschehen. Von vorn beginnt „npm start -- --fresh“.',
    move: 'Uhr vorstellen',
    hour: '+ 1 Stunde',
    day: '+ 1 Tag',
    week: '+ 1 Woche',
    month: '+ 1 Monat',
    year: '+ 1 Jahr',
  },
  en: {
    title: 'Clock',
    now: 'In the practice store it is',
    real: 'The clock shows real time.',
    ahead: (days: number) => `The clock is ${days} ${days === 1 ? 'day' : 'days'} ahead.`,
    hint: 'Store and app go by this clock. Move it to see return windows end, codes lapse and points expire. It does not go back: what has happened stays. “npm start -- --fresh” begins anew.',
    move: 'Move the clock ahead',
    hour: '+ 1 hour',
    day: '+ 1 day',
    week: '+ 1 week',
    month: '+ 1 month',
    year: '+ 1 year',
  },
}

const DAY_MS = 86_400_000

export function adminClockRoutes(context: PracticeContext): Hono {
  const { store } = context
  const clock = new PracticeClock(store)
  const routes = new Hono()

  routes.get('/admin/clock', (c) => clockPage(context, c))

  routes.post('/admin/clock', async (c) => {
    const step = String((await c.req.formData()).get('step'))
    if (STEPS.includes(step as Step)) {
      await clock.move(step as Step)
      context.webhooks.wake()
    }
    return c.redirect('/admin/clock', 303)
  })

  /** Asked by the app's processes; see practice-clock.ts. */
  routes.get('/practice/clock', async (c) =>
    c.json({ offset: await clock.offsetAfter(Number(c.req.query('known'))) }),
  )

  return routes
}

function clockPage({ store }: PracticeContext, c: Context): Promise<Response> {
  const locale = adminLocale(c.req.raw)
  const t = WORDS[locale]
  const days = Math.round(store.clockOffset / DAY_MS)
  const body = html`<section class="card">
      <p>${t.now} <strong>${moment(new Date(store.now()).toISOString(), locale, store.shop.timeZone)}</strong>.</p>
      <p class="quiet">${store.clockOffset === 0 ? t.real : t.ahead(days)}</p></section>
    <section class="card"><h2 id="move">${t.move}</h2><p class="quiet">${t.hint}</p>
      <form method="post" action="/admin/clock" aria-labelledby="move"><p class="row">${STEPS.map(
        (step) => html`<button name="step" value="${step}">${t[step]}</button> `,
      )}</p></form></section>`
  return adminPage({ store } as PracticeContext, c, { title: t.title, active: 'clock', body })
}
