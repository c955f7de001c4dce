import { statSync } from 'node:fs'
import { progressBar } from '../progress-bar.ts'
import { createSender, type Outcome } from './deliver.ts'
import { deliveryLines } from './delivery-lines.ts'
import { deliveryTarget } from './environment.ts'
import { type Command, Failure, type Options, text, wholeNumber } from './usage.ts'

const SHOWN_FAULTS = 20

/** Sends deliveries from a file to a running app, as Shopify would. */
export const replay: Command = {
  usage: 'replay FILE.jsonl [--shop DOMAIN] [--url URL] [--concurrency N]',
  summary: 'deliver webhooks from a file to the running app',
  details: [
    'Each line is {"topic": "orders/create", "payload": {…}, "headers": {…}}; headers may be left out.',
    'Deliveries are signed with the app\'s secret and get fresh ids unless "X-Shopify-Webhook-Id" is in headers.',
    '--concurrency 1 keeps the order of the file; the default is 32.',
  ],
  options: { shop: { type: 'string' }, url: { type: 'string' }, concurrency: { type: 'string' } },
  words: [1, 1],
  run: ([file = ''], options) => run(file, options),
}

async function run(file: string, options: Options): Promise<number> {
  const concurrency = wholeNumber(options, 'concurrency', 32, 1, 1_000)
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) throw new Failure(`There is no file "${file}".`)
  if (found.isDirectory()) throw new Failure(`"${file}" is a folder, not a file of deliveries.`)
  const { size } = found
  const target = await deliveryTarget(text(options, 'url'), text(options, 'shop'))
  const sender = createSender(target, concurrency)
  const bar = await progressBar('delivering', size)
  const outcomes = new Map<Outcome, number>()
  const faults: string[] = []
  let faultCount = 0
  let bytesRead = 0
  const started = performance.now()

  const note = (number: number, fault: string) => {
    faultCount++
    if (faults.length < SHOWN_FAULTS) faults.push(`line ${number} ${fault}`)
  }
  await eachAtOnce(deliveryLines(file), concurrency, async (line) => {
    if ('fault' in line) note(line.number, line.fault)
    else {
      const outcome = await sender.deliver(line.delivery)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      if (!isGood(outcome)) note(line.number, told(outcome))
    }
    bytesRead += line.bytes
    bar.update(Math.min(bytesRead, size))
  })
  bar.stop()
  sender.close()
  report(outcomes, performance.now() - started, faults, faultCount)
  return faultCount > 0 ? 1 : 0
}

const isGood = (outcome: Outcome) => typeof outcome === 'number' && outcome >= 200 && outcome < 300

function told(outcome: Outcome): string {
  if (outcome === 'no shop') return 'names no shop: give --shop or the header X-Shopify-Shop-Domain'
  return outcome === 'no answer' ? 'got no answer' : `was answered with ${outcome}`
}

/** Works through the lines as they are read, at most `limit` at once; no more are held in memory. */
async function eachAtOnce<T>(items: AsyncIterable<T>, limit: number, work: (item: T) => Promise<void>) {
  const running = new Set<Promise<void>>()
  for await (const item of items) {
    const one: Promise<void> = work(item).finally(() => running.delete(one))
    running.add(one)
    if (running.size >= limit) await Promise.race(running)
  }
  await Promise.all(running)
}

function report(outcomes: Map<Outcome, number>, ms: number, faults: string[], faultCount: number): void {
  const count = new Intl.NumberFormat('en')
  const total = [...outcomes.values()].reduce((sum, n) => sum + n, 0)
  const rate = ms > 0 ? Math.round((total / ms) * 1_000) : 0
  console.log(
    `${count.format(total)} delivered in ${(ms / 1_000).toFixed(1)} s (${count.format(rate)} a second)`,
  )
  for (const [outcome, n] of [...outcomes].sort(([a], [b]) => String(a).localeCompare(String(b))))
    console.log(`  ${String(outcome).padEnd(10)} ${count.format(n).padStart(10)}`)
  for (const fault of faults) console.error(`  ${fault}`)
  if (faultCount > faults.length) console.error(`  … and ${count.format(faultCount - faults.length)} more`)
}
