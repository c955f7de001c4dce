import { describe, expect, test } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import { ensureAccounts } from '../../app/ledger/ensure-accounts.ts'
import english from '../../app/locales/en/operations.json' with { type: 'json' }
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { findMember, readMember } from '../../app/loyalty/members/read-member.ts'
import { readHistory } from '../../app/loyalty/surfaces/read-history.ts'
import { action as upload } from '../../app/routes/app.operations.bulk._index.tsx'
import { loader as batchPage, action as decide } from '../../app/routes/app.operations.bulk.$id._index.tsx'
import { loader as moreLines } from '../../app/routes/app.operations.bulk.$id.lines.ts'
import { loader as problemsFile } from '../../app/routes/app.operations.bulk.$id.problems.ts'
import { BROWSER } from '../support/admin-pages.ts'
import { useOperationsShop } from '../support/operations-shop.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'
import { adminToken, answerOf } from '../support/shopper-requests.ts'

const ours = useOperationsShop()
const { database, pages, args, load, send, sound } = ours
const member = (customerId: string) => withShop(ours.shopId, (tx) => readMember(tx, ours.shopId, customerId))
const history = (customerId: string) =>
  withShop(ours.shopId, async (tx) => {
    const found = await findMember(tx, ours.shopId, customerId)
    return (await readHistory(tx, { shopId: ours.shopId, accountId: found?.accountId ?? 0 })).lines
  })

async function uploadFile(kind: string, text: string) {
  const form = new FormData()
  form.set('kind', kind)
  form.set('file', new File([text], 'punkte.csv', { type: 'text/csv' }))
  const request = new Request('http://127.0.0.1:3000/app/operations/bulk', {
    method: 'POST',
    headers: { 'User-Agent': BROWSER, Authorization: `Bearer ${await adminToken(pages.domain)}` },
    body: form,
  })
  return (await upload(args(request))) as unknown as Response & { data: unknown }
}
const uploaded = async (kind: string, text: string) => {
  const answer = await uploadFile(kind, text)
  expect(answer.status).toBe(302)
  const id = answer.headers.get('Location')?.split('/').pop() ?? ''
  await runBatch(ours.shopId, Number(id), Date.now)
  return id
}
const open = (id: string) => load(batchPage, '/x', { id })
const choose = (id: string, intent: string) => send(decide, { intent }, { id })
const post = async (id: string) => {
  expect(await choose(id, 'confirm')).toMatchObject({ ok: true })
  await runBatch(ours.shopId, Number(id), Date.now)
}

describe('a file that adjusts points', () => {
  const file = () =>
    [
      'Kundennummer;E-Mail;Punkte;Grund',
      `${ours.customers[0]?.id};;250;Kulanz nach Lieferverzug`,
      `;${ours.customers[1]?.email.toUpperCase()};40;Beratung`,
      `;niemand@beispiel.example;40;Beratung`,
      `4040404040;;40;Beratung`,
      `${ours.customers[2]?.id};;1,5;Beratung`,
      `${ours.customers[2]?.id};;-999999;Beratung`,
      `${ours.customers[0]?.id};;-50;Berichtigung`,
    ].join('\n')
  let id = ''
  let before = [0, 0]
  const balances = async () => {
    const of = async (n: number) => (await member(ours.customers[n]?.id ?? ''))?.balance.available ?? 0
    return [await of(0), await of(1)]
  }

  test('is shown line by line before anything is posted', async () => {
    before = await balances()
    id = await uploaded('adjustment', file())
    const { batch, sums, problems, sample, names } = await open(id)
    expect(batch).toMatchObject({
      status: 'ready',
      lines: 7,
      checked: 7,
      done: 0,
      fileName: 'punkte.csv',
      sameFile: null,
    })
    expect(sums).toMatchObject({ good: 3, wrong: 4, members: 2, plus: 290, minus: 50 })
    expect(problems.map((line: Record<string, unknown>) => [line.line, line.problem, line.value])).toEqual([
      [4, 'email-unknown', 'niemand@beispiel.example'],
      [5, 'customer-unknown', '4040404040'],
      [6, 'points-whole', '1,5'],
      [7, 'not-enough-points', expect.any(String)],
    ])
    expect(sample.map(({ line }: { line: number }) => line)).toEqual([2, 3, 8])
    expect(names[ours.customers[0]?.id ?? '']).toBe(ours.customers[0]?.name)
    expect(await balances()).toEqual(before)
    const { html } = await pages.open(`/app/operations/bulk/${id}`)
    expect(html).toContain('Nur die 3 richtigen Zeilen buchen')
    expect(html).toContain('„1,5“ ist keine ganze Zahl')
    const { lines } = await (await load(moreLines, '/x?which=problems&after=5', { id })).json()
    expect(lines).toMatchObject([{ line: 6 }, { line: 7 }])
  })

  test('posts each line once with actor and reason, however often it runs', async () => {
    await post(id)
    await choose(id, 'confirm')
    await runBatch(ours.shopId, Number(id), Date.now)
    await database.owner().query(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, [id])
    await runBatch(ours.shopId, Number(id), Date.now)
    expect(await balances()).toEqual([(before[0] ?? 0) + 200, (before[1] ?? 0) + 40])
    const lines = (await history(ours.customers[0]?.id ?? '')).filter(({ sourceId }) =>
      sourceId.startsWith(`batch-${id}-`),
    )
    expect(lines.map(({ points, reason, actor, sourceId }) => [points, reason, actor, sourceId])).toEqual([
      [-50, 'Berichtigung', 'staff:42', `batch-${id}-8`],
      [250, 'Kulanz nach Lieferverzug', 'staff:42', `batch-${id}-2`],
    ])
    const { batch, problems } = await open(id)
    expect(batch).toMatchObject({ status: 'done', done: 3 })
    // The address that nobody was found for is forgotten.
    expect(problems[0]).toMatchObject({ problem: 'email-unknown', value: null })
    const { rows } = await database.owner().query(`SELECT 1 FROM bulk_line WHERE email IS NOT NULL`)
    expect(rows).toHaveLength(0)
    await sound()
  })

  test('is recognised when it is uploaded again', async () => {
    const twin = await uploaded('adjustment', file())
    expect((await open(twin)).batch.sameFile).toMatchObject({ batchId: Number(id) })
    expect(await choose(twin, 'discard')).toMatchObject({ ok: true })
    expect(await choose(twin, 'discard')).toMatchObject({ ok: true })
    expect(await choose(twin, 'confirm')).toMatchObject({ data: { ok: false }, init: { status: 409 } })
    expect((await open(twin)).batch.status).toBe('discarded')
  })

  test('is taken back as a whole, once, and what was spent stays spent', async () => {
    // The second customer spends 30 of the 40 meanwhile.
    const spent = (await balances())[1] ?? 0
    const spending = await uploaded(
      'adjustment',
      `kunde;punkte;grund\n${ours.customers[1]?.id};${10 - spent};Verbraucht\n`,
    )
    await post(spending)
    const first = (await choose(id, 'undo')) as Response
    const undo = first.headers.get('Location')?.split('/').pop() ?? ''
    expect(((await choose(id, 'undo')) as Response).headers.get('Location')).toBe(
      first.headers.get('Location'),
    )
    await runBatch(ours.shopId, Number(undo), Date.now)
    await runBatch(ours.shopId, Number(undo), Date.now)
    expect(await balances()).toEqual([before[0], 0])
    const { batch, sums, sample } = await open(undo)
    expect(batch).toMatchObject({ undoes: Number(id), status: 'done' })
    expect(sums).toMatchObject({ good: 3, refused: 0, plus: 50, minus: 260 })
    expect(sample.find(({ line }: { line: number }) => line === 3)).toMatchObject({
      points: -40,
      posted: -10,
    })
    expect((await open(id)).batch.undoneBy).toBe(Number(undo))
    expect(await choose(undo, 'undo')).toMatchObject({ data: { ok: false } })
    const [latest] = await history(ours.customers[0]?.id ?? '')
    expect(latest).toMatchObject({ kind: 'adjustment', undoes: expect.any(String) })
    await sound()
  })

  test.each([
    ['', 'empty', null],
    ['name;grund\nx;y\n', 'no-points-column', 1],
    ['kunde;punkte;grund\n1;5;"offen\n', 'not-csv', 2],
  ])('%j is refused with what is wrong', async (text, problem, line) => {
    expect(await uploadFile('adjustment', text)).toMatchObject({
      data: { refused: { problem, line } },
      init: { status: 422 },
    })
  })

  test('of a thousand lines goes through in slices', async () => {
    const id = await uploaded(
      'adjustment',
      `kunde;punkte;grund\n${Array.from({ length: 1_000 }, (_, i) => `${ours.customers[i % 5]?.id};${1 + (i % 3)};Zeile ${i}`).join('\n')}`,
    )
    await post(id)
    expect(await open(id)).toMatchObject({
      batch: { status: 'done', done: 1_000 },
      sums: { good: 1_000, refused: 0 },
    })
    await sound()
  })
})

describe('the same file, uploaded in two tabs before either is posted', () => {
  const file = () => `kunde;punkte;grund\n${ours.customers[0]?.id};1200;Zum Jubiläum\n`
  const balance = async () => (await member(ours.customers[0]?.id ?? ''))?.balance.available ?? 0
  const withHint = async (id: string) => (await pages.open(`/app/operations/bulk/${id}`)).html

  test('is posted once, and the second tab is told and may repeat it on purpose', async () => {
    const before = await balance()
    const [first, second] = [await uploaded('adjustment', file()), await uploaded('adjustment', file())]
    for (const id of [first, second]) expect(await withHint(id)).not.toContain('schon gebucht')
    await post(first)
    const told = await choose(second, 'confirm')
    expect(told).toMatchObject({
      data: { ok: false, intent: 'confirm', sameFile: { batchId: Number(first) } },
      init: { status: 409 },
    })
    expect(Date.parse(told.data.sameFile.at)).toBeGreaterThan(Date.now() - 60_000)
    await runBatch(ours.shopId, Number(second), Date.now)
    expect(await balance()).toBe(before + 1200)
    const html = await withHint(second)
    for (const words of ['Diese Datei ist schon gebucht', 'Trotzdem noch einmal buchen'])
      expect(html).toContain(words)
    expect(html).not.toContain('1 Zeile buchen')

    expect(await send(decide, { intent: 'confirm', despite: Number(first) }, { id: second })).toMatchObject({
      ok: true,
    })
    await runBatch(ours.shopId, Number(second), Date.now)
    expect(await balance()).toBe(before + 2400)
    await sound()
  })

  test('is no matter of another shop, whose file of the same content stands for itself', async () => {
    const id = await uploaded('adjustment', `${file()}\n`)
    await database.owner().query(
      `INSERT INTO bulk_batch (shop_id, kind, status, file_name, digest, created_by, confirmed_at, lines)
       SELECT $2, kind, 'done', file_name, digest, created_by, now(), lines FROM bulk_batch WHERE batch_id = $1`,
      [id, ours.other.shopId],
    )
    await post(id)
  })
})

/** As a cell of the file has them. */
const words = (problem: keyof typeof english.bulk.problem, value: string) =>
  english.bulk.problem[problem].replaceAll('"', '""').replace('{{value}}', value)

test('W15: lines that cannot be booked are a file to keep, and none of its cells is a formula', async () => {
  const id = await uploaded(
    'adjustment',
    [
      'Kundennummer;E-Mail;Punkte;Grund',
      `;"=HYPERLINK(""x"")";5;Kulanz`,
      `${ours.customers[0]?.id};;1,5;Kulanz`,
      `4040404040;;5;Kulanz`,
      `${ours.customers[0]?.id};;5;Kulanz`,
    ].join('\n'),
  )
  const answer = (await load(problemsFile, '/x', { id })) as Response
  expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
  const [head, ...lines] = (await answer.text()).split('\r\n')
  expect(head).toMatch(/Line,Customer ID,Found,What is wrong$/)
  expect(lines).toEqual([
    `2,,"'=HYPERLINK(""x"")","${words('email-invalid', '=HYPERLINK(""x"")')}"`,
    `3,,"1,5","${words('points-whole', '1,5')}"`,
    `4,4040404040,4040404040,${words('customer-unknown', '4040404040')}`,
    '',
  ])
  expect((await pages.open(`/app/operations/bulk/${id}`)).html).toContain(
    'Diese Zeilen als CSV herunterladen',
  )
  await choose(id, 'discard')
})

test('owner 6: a number of points that may be another one is refused with both meanings', async () => {
  const who = ours.customers[0]?.id
  // Uploaded from an English page, looked at on a German one.
  const id = await uploaded(
    'adjustment',
    `Kundennummer;Punkte;Grund\n${who};1.000;Kulanz\n${who};1,000;Kulanz`,
  )
  const { sums, problems } = await open(id)
  expect(sums).toMatchObject({ good: 1, wrong: 1, plus: 1000 })
  expect(problems).toMatchObject([{ line: 2, problem: 'points-ambiguous', value: '1.000' }])
  expect((await pages.open(`/app/operations/bulk/${id}`)).html).toContain('„1.000“ kann 1 oder 1.000 heißen')
  await choose(id, 'discard')
})

test('W15: a number of one person and the address of another are an error line; of the same one they are not', async () => {
  const [mara, other] = ours.customers
  if (!mara || !other) throw new Error('the shop has too few customers')
  await withShop(ours.shopId, (tx) =>
    ensureAccounts(tx, [{ shopId: ours.shopId, customerId: mara.id, guestHash: null, toldAt: Date.now() }]),
  )
  await database.owner().query(
    `INSERT INTO account (shop_id, customer_id, merged_into)
     SELECT shop_id, 4711, coalesce(merged_into, account_id) FROM account WHERE shop_id = $1 AND customer_id = $2`,
    [ours.shopId, mara.id],
  )
  const id = await uploaded(
    'adjustment',
    [
      'Kundennummer;E-Mail;Punkte;Grund',
      `${mara.id};${mara.email.toUpperCase()};5;Kulanz`,
      `${mara.id};${other.email};5;Kulanz`,
      `${mara.id};niemand@beispiel.example;5;Kulanz`,
      `4711;${mara.email};5;Kulanz`,
      `4711;${other.email};5;Kulanz`,
      `4040404040;${mara.email};5;Kulanz`,
    ].join('\n'),
  )
  const { problems, sample } = await open(id)
  expect(sample.map(({ line }: { line: number }) => line)).toEqual([2, 5])
  expect(problems.map((line: Record<string, unknown>) => [line.line, line.problem, line.value])).toEqual([
    [3, 'customer-differs', mara.id],
    [4, 'email-unknown', 'niemand@beispiel.example'],
    [6, 'customer-differs', '4711'],
    [7, 'customer-unknown', '4040404040'],
  ])
  const { html } = await pages.open(`/app/operations/bulk/${id}`)
  expect(html).toContain(`gehört nicht zur Kundennummer ${mara.id}, sondern zu einer anderen Person`)
  const { rows } = await database
    .owner()
    .query('SELECT 1 FROM bulk_line WHERE batch_id = $1 AND email IS NOT NULL', [id])
  expect(rows).toEqual([])
  await choose(id, 'discard')
})

describe('a file that brings balances along', () => {
  let id = ''
  const lots = async () => {
    const { rows } = await database.owner().query(
      `SELECT to_char(l.earned_at AT TIME ZONE 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') AS earned, l.expires_on::text AS last,
              l.earned::int AS points, l.remaining::int AS "left"
         FROM lot l JOIN account a USING (shop_id, account_id)
        WHERE a.shop_id = $1 AND a.customer_id = $2 AND l.earned IN (1200, 80) ORDER BY l.earned`,
      [ours.shopId, ours.customers[3]?.id],
    )
    return rows
  }

  test('makes lots with their own days', async () => {
    id = await uploaded(
      'import',
      `customer id,points,earned on,expires on\n${ours.customers[3]?.id},1200,2026-05-03,2027-12-31\n${ours.customers[3]?.id},80,17.09.2026,\n${ours.customers[3]?.id},5,2030-01-01,\n`,
    )
    expect(await open(id)).toMatchObject({
      sums: { good: 2, wrong: 1, members: 1, plus: 1280, minus: 0 },
      problems: [{ line: 4, problem: 'earned-future', value: '2030-01-01' }],
    })
    await post(id)
    await runBatch(ours.shopId, Number(id), Date.now)
    expect(await lots()).toEqual([
      { earned: '2026-09-17 00:00', last: null, points: 80, left: 80 },
      { earned: '2026-05-03 00:00', last: '2027-12-31', points: 1200, left: 1200 },
    ])
    const [latest] = await history(ours.customers[3]?.id ?? '')
    expect(latest).toMatchObject({ kind: 'import', points: 80 })
    const { html } = await pages.open(`/app/members/${ours.customers[3]?.id}`)
    expect(html).toMatch(/Gebucht [^<]+ · vom 17\.09\.2026/)
    expect(html).toContain('Aus der Datei „punkte.csv“')
    expect(html).toMatch(/Gebucht durch (Sie|einen Mitarbeiter)/)
    await sound()
  })

  test('W5: says before anything is posted that its last days are not used where nothing lapses', async () => {
    const holder = ours.customers[4]?.id
    const plain = await uploaded(
      'import',
      `customer id,points,earned on,expires on\n${holder},5,2026-05-03,\n`,
    )
    const title = 'Ihr Programm kennt keinen Verfall'
    expect((await pages.open(`/app/operations/bulk/${plain}`)).html).not.toContain(title)
    const dated = await uploaded(
      'import',
      `customer id,points,earned on,expires on\n${[1, 2, 3].map((n) => `${holder},${n},2026-05-03,2035-12-3${n % 2}`).join('\n')}\n`,
    )
    const shown = (await pages.open(`/app/operations/bulk/${dated}`)).html
    expect(shown).toContain(title)
    expect(shown).toContain('werden nicht verwendet (3 Zeilen): Die Punkte bleiben gültig.')
    const lapsing = testProgram({ expiry: { kind: 'after-earning', months: 24, warnDays: 30 } })
    await publish(database.owner(), ours.shopId, 2, lapsing, new Date().toISOString())
    expect((await pages.open(`/app/operations/bulk/${dated}`)).html).not.toContain(title)
    await publish(database.owner(), ours.shopId, 3, testProgram(), new Date().toISOString())
    await post(dated)
    expect((await pages.open(`/app/operations/bulk/${dated}`)).html).not.toContain(title)
    await sound()
  })

  test('PR4: shows the day that a line without one will get, and posts that very day', async () => {
    const holder = ours.customers[2]?.id
    const expiring = (version: number, months: number) =>
      publish(
        database.owner(),
        ours.shopId,
        version,
        testProgram({ expiry: { kind: 'after-earning', months, warnDays: 7 } }),
        new Date().toISOString(),
      )
    await expiring(4, 24)
    const undated = await uploaded(
      'import',
      `customer id,points,earned on,expires on\n${holder},31,2026-08-31,\n${holder},32,2026-08-31,2031-01-02\n`,
    )
    const shown = await open(undated)
    expect(shown).toMatchObject({
      version: 4,
      sample: [
        { line: 2, expiresOn: '2028-08-31', byProgram: true },
        { line: 3, expiresOn: '2031-01-02' },
      ],
    })
    expect(shown.sample[1]).not.toHaveProperty('byProgram')
    const more = await load(moreLines, '/x?which=good&after=0', { id: undated })
    expect((await more.json()).lines[0]).toMatchObject({ expiresOn: '2028-08-31', byProgram: true })
    const page = async (locale: 'de' | 'en') =>
      (await pages.open(`/app/operations/bulk/${undated}`, { locale })).html
    expect(await page('de')).toContain('nach Ihrem Programm gültig bis 31.08.2028')
    expect(await page('en')).toContain('by your program valid until Aug 31, 2028')

    // A version that gives another day is published between looking and confirming.
    await expiring(5, 6)
    const confirm = (version: number) => send(decide, { intent: 'confirm', version }, { id: undated })
    expect(await confirm(4)).toMatchObject({ data: { ok: false, daysChanged: true }, init: { status: 409 } })
    expect(await open(undated)).toMatchObject({
      batch: { status: 'ready' },
      version: 5,
      sample: [{ expiresOn: '2027-02-28', byProgram: true }, {}],
    })
    expect(await confirm(5)).toMatchObject({ ok: true })
    // And a further one before the worker has posted.
    await expiring(6, 1)
    await runBatch(ours.shopId, Number(undated), Date.now)
    const { rows } = await database.owner().query(
      `SELECT l.earned::int AS points, l.expires_on::text AS last FROM lot l JOIN account a USING (shop_id, account_id)
        WHERE a.shop_id = $1 AND a.customer_id = $2 AND l.earned IN (31, 32) ORDER BY l.earned`,
      [ours.shopId, holder],
    )
    expect(rows).toEqual([
      { points: 31, last: '2027-02-28' },
      { points: 32, last: '2031-01-02' },
    ])
    expect((await open(undated)).sample[0]).toMatchObject({ expiresOn: '2027-02-28' })
    await sound()
  })

  test('PR4: shows the day of points that a file adjusts, too, and none of those it takes away', async () => {
    const holder = ours.customers[2]?.id
    const adjusted = await uploaded(
      'adjustment',
      `kunde;punkte;grund\n${holder};7;Kulanz\n${holder};-3;Korrektur\n`,
    )
    const [given, taken] = (await open(adjusted)).sample
    expect(given).toMatchObject({ points: 7, expiresOn: expect.any(String), byProgram: true })
    expect(taken).toMatchObject({ points: -3, expiresOn: null })
    await post(adjusted)
    expect((await open(adjusted)).sample[0]).toMatchObject({ expiresOn: given.expiresOn })
    await publish(database.owner(), ours.shopId, 7, testProgram(), new Date().toISOString())
    await sound()
  })

  test('is taken back from the lots it made', async () => {
    const undo = ((await choose(id, 'undo')) as Response).headers.get('Location')?.split('/').pop() ?? ''
    await runBatch(ours.shopId, Number(undo), Date.now)
    expect((await lots()).map(({ left }) => left)).toEqual([0, 0])
    await sound()
  })
})

test('another shop sees none of our files and can decide nothing about them', async () => {
  const { rows } = await database.owner().query(
    `INSERT INTO bulk_batch (shop_id, kind, status, file_name, created_by, lines) VALUES ($1, 'adjustment', 'ready', 'geheim.csv', 'staff:1', 1)
       RETURNING batch_id::text AS id`,
    [ours.other.shopId],
  )
  const theirs = rows[0].id
  await database
    .owner()
    .query(
      `INSERT INTO bulk_line (shop_id, batch_id, line, status, customer_id, points, reason) VALUES ($1, $2, 2, 'ready', 9, 9, 'geheim')`,
      [ours.other.shopId, theirs],
    )
  expect((await answerOf(() => open(theirs))).status).toBe(404)
  const lines = await load(moreLines, '/x?which=good&after=0', { id: theirs })
  expect(await lines.json()).toEqual({ lines: [] })
  for (const intent of ['confirm', 'discard', 'undo'])
    expect(await choose(theirs, intent)).toMatchObject({ data: { ok: false }, init: { status: 404 } })
  await runBatch(ours.shopId, Number(theirs), Date.now)
  const { rows: after } = await database
    .owner()
    .query(`SELECT status FROM bulk_batch WHERE batch_id = $1`, [theirs])
  expect(after[0].status).toBe('ready')
  expect((await pages.open('/app/operations/bulk')).html).not.toContain('geheim')
})
