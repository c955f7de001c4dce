import { currencyExponent } from '../money/money.ts'
import { PROGRAM_SCHEMA_VERSION, type Program } from '../program/program.ts'
import { assertTimeZone } from '../time/time-window.ts'

/**
 * A sensible first program: one point for a whole unit of money, worth about one per cent when redeemed. In
 * currencies without decimals (JPY, KRW) a hundred units take the place of one.
 * @throws DomainError invalid-program when the shop's zone is not known
 */
export function starterProgram(currency: string, timeZone: string): Program {
  assertTimeZone(timeZone)
  const small = currencyExponent(currency) === 0
  const money = (units: number) => String(small ? units * 100 : units)
  /** "5 €", "€5" */
  const shown = (language: 'de' | 'en', units: number) =>
    new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 0 }).format(
      Number(money(units)),
    )
  const common = { minimumSpend: null, validDays: 30, oncePerMember: false, tiers: [], active: true }
  const amountOff = (units: number, cost: number) => ({
    kind: 'amount-off' as const,
    id: `amount-${units}`,
    name: {
      de: `${shown('de', units)} Rabatt`,
      en: `${shown('en', units)} off`,
    },
    amount: money(units),
    cost,
    ...common,
  })
  return {
    schema: PROGRAM_SCHEMA_VERSION,
    name: { de: 'Treueprogramm', en: 'Loyalty program' },
    pointName: { de: { one: 'Punkt', many: 'Punkte' }, en: { one: 'point', many: 'points' } },
    earning: {
      pointsPerUnit: small ? '0.01' : '1',
      rounding: 'floor',
      counts: { taxOnTop: false, shipping: false, duties: false, tips: false, cashRounding: false },
    },
    sources: [],
    returnWindowDays: 14,
    campaigns: [],
    stacking: 'highest',
    tiers: {
      basis: 'spend',
      window: { kind: 'rolling', months: 12 },
      levels: [
        { id: 'bronze', name: { de: 'Bronze', en: 'Bronze' }, threshold: '0', multiplier: '1' },
        { id: 'silver', name: { de: 'Silber', en: 'Silver' }, threshold: money(300), multiplier: '1.25' },
        { id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: money(1000), multiplier: '1.5' },
      ],
    },
    rewards: [
      amountOff(5, 500),
      {
        kind: 'percent-off',
        id: 'percent-10',
        name: { de: '10 % Rabatt', en: '10% off' },
        percent: 10,
        cost: 800,
        ...common,
      },
      amountOff(10, 1000),
    ],
    expiry: { kind: 'never' },
  }
}
