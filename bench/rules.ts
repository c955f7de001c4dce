import { evaluateOrder } from '../app/domain/earning/evaluate-order.ts'
import { compileProgram } from '../app/domain/program/compiled-program.ts'
import { type Rival, rivalByLine, rivalByOrder } from './json-rules-rival.ts'
import { type SampleOrder, sampleOrders, sampleProgram } from './rules-sample.ts'
import { type Figure, interleavedRounds, median } from './support.ts'

/**
 * How many orders the rules judge in a second on one core, explanation included, with 20 campaigns; and
 * json-rules-engine on the same campaigns and orders, without explanations. Both have to come to the same points.
 * The ratio is to the better of two ways to put an order to that engine.
 */
const ORDERS = 2_000
const ROUNDS = 7
const ROUND_MS = 400
/** Orders between two looks at the clock. */
const SLICE = 100

/** Judges the orders from one number up to another. @returns their points together */
type Judge = (from: number, until: number) => number | Promise<number>

export async function rulesBench(): Promise<Figure[]> {
  const program = sampleProgram()
  const orders = sampleOrders(ORDERS)
  const judges = {
    rules: ownJudge(orders),
    byLine: rivalJudge(rivalByLine(program), orders),
    byOrder: rivalJudge(rivalByOrder(program), orders),
  }
  const names = Object.keys(judges) as (keyof typeof judges)[]
  await expectSamePoints(judges)
  const rounds = await interleavedRounds(names, ROUNDS, (name) => ordersInASecond(judges[name]))
  const rate = (name: keyof typeof judges) => Math.round(median(rounds.map((rates) => rates[name])))
  const ratio = median(rounds.map(({ rules, byLine, byOrder }) => rules / Math.max(byLine, byOrder)))
  const orderRate = { unit: 'orders/s', must: null, target: null }
  return [
    {
      name: 'rules: orders judged on one core, 20 campaigns',
      value: rate('rules'),
      unit: 'orders/s',
      must: 100_000,
      target: 500_000,
    },
    { name: 'json-rules-engine, a run for each order', value: rate('byOrder'), ...orderRate },
    { name: 'json-rules-engine, a run for each line', value: rate('byLine'), ...orderRate },
    { name: 'rules ÷ json-rules-engine', value: ratio, unit: '×', must: null, target: 50 },
  ]
}

function ownJudge(orders: SampleOrder[]): Judge {
  const program = compileProgram(sampleProgram(), { currency: 'EUR', timeZone: 'Europe/Berlin' }, 1)
  return (from, until) => {
    let points = 0
    for (let i = from; i < until; i++) {
      const order = orders[i] as SampleOrder
      points += evaluateOrder(program, order.facts, order).points
    }
    return points
  }
}

function rivalJudge(rival: Rival, orders: SampleOrder[]): Judge {
  const prepared = orders.map(rival.prepare)
  return async (from, until) => {
    let points = 0
    for (const order of prepared.slice(from, until)) points += await rival.points(order)
    return points
  }
}

async function expectSamePoints(judges: Record<string, Judge>): Promise<void> {
  for (let i = 0; i < ORDERS; i++) {
    const points = await Promise.all(Object.values(judges).map((judge) => judge(i, i + 1)))
    if (points[0] === 0 || new Set(points).size > 1) {
      throw new Error(`Order ${i} is worth ${points.join(', ')} points to ${Object.keys(judges).join(', ')}`)
    }
  }
}

async function ordersInASecond(judge: Judge): Promise<number> {
  const start = cpuMs()
  let judged = 0
  let points = 0
  while (cpuMs() - start < ROUND_MS) {
    const from = judged % ORDERS
    points += await judge(from, from + SLICE)
    judged += SLICE
  }
  if (points === 0) throw new Error('the benchmark judged orders that are worth nothing')
  return (judged * 1000) / (cpuMs() - start)
}

/** Processor time of the whole process, garbage collection included: busy neighbours do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

if (import.meta.main) console.log(JSON.stringify(await rulesBench()))
