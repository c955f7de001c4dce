import type { Program } from '../../app/domain/program/program.ts'

/** A small program for tests: 1 point per unit, 14 days of return window, nothing else. */
export function testProgram(change: Partial<Program> = {}): Program {
  return {
    schema: 1,
    name: { de: 'Testprogramm', en: 'Test program' },
    pointName: { de: { one: 'Punkt', many: 'Punkte' }, en: { one: 'point', many: 'points' } },
    earning: {
      pointsPerUnit: '1',
      rounding: 'floor',
      counts: { taxOnTop: false, shipping: false, duties: false, tips: false, cashRounding: false },
    },
    sources: [],
    returnWindowDays: 14,
    campaigns: [],
    stacking: 'highest',
    tiers: { basis: 'spend', window: { kind: 'rolling', months: 12 }, levels: [] },
    rewards: [
      {
        id: 'five-off',
        kind: 'amount-off',
        amount: '5.00',
        name: { de: '5 € Rabatt', en: '€5 off' },
        cost: 500,
        minimumSpend: null,
        validDays: 30,
        oncePerMember: false,
        tiers: [],
        active: true,
      },
    ],
    expiry: { kind: 'never' },
    ...change,
  }
}
