import { expect, test } from 'vitest'
import {
  type BookedCode,
  type CodeInShopify,
  compareCode,
} from '../../../app/domain/rewards/code-in-shopify.ts'
import { testProgram } from '../../support/program.ts'

const NOW = Date.parse('2026-12-10T12:00:00Z')
const reward = testProgram().rewards[0] as BookedCode['reward']
const tenPercent = { ...reward, kind: 'percent-off', percent: 10 } as BookedCode['reward']

const onlyCoffee = { ...reward, goods: { kind: 'products', ids: ['1', '2'] } } as BookedCode['reward']
const subscribed = { ...reward, purchases: { of: 'subscription', cycles: 3 } } as BookedCode['reward']
const OFF = { of: 'amount', amount: '5.0' } as const
/** As usual for what takes off products. */
const BESIDE = { order: true, product: false, shipping: true }
/** An amount off these goods. */
const off = (kind: 'products' | 'collections' | 'variants', ...ids: string[]) => ({
  value: { ...OFF, on: { kind, ids } },
  combines: BESIDE,
})

const OPEN: BookedCode = {
  status: 'ready',
  code: 'ST-7KQM2-XW9RT',
  reward,
  onOrder: false,
  ending: false,
  endsAt: new Date(NOW + 86_400_000),
  customerId: '7',
  formerIds: ['8', '9'],
}
const MADE: CodeInShopify = {
  code: 'ST-7KQM2-XW9RT',
  status: 'ACTIVE',
  uses: 0,
  usageLimit: 1,
  customerIds: ['7'],
  value: { of: 'amount', amount: '5.0' },
  combines: { order: false, product: true, shipping: true },
}
const USED: Partial<BookedCode> = { status: 'used', onOrder: true }
const RETURNED: Partial<BookedCode> = { status: 'returned' }

type Case = [string, Partial<BookedCode>, Partial<CodeInShopify> | null, string | null, string | null]

test.each<Case>([
  ['an open code as it was made', {}, {}, null, null],
  ['its code in other letters', {}, { code: 'st-7kqm2-xw9rt' }, null, null],
  ['a share', { reward: tenPercent }, { value: { of: 'percent', percent: 10 } }, null, null],
  ['no discount', {}, null, 'missing', 'ask'],
  ['ended by somebody', {}, { status: 'EXPIRED' }, 'ended', 'ask'],
  ['used', {}, { uses: 1 }, 'used', 'ask'],
  ['used and ended', {}, { uses: 1, status: 'EXPIRED' }, 'used', 'ask'],
  ['another code', {}, { code: 'SOMMER' }, 'other-code', null],
  ['another code, used', {}, { code: 'SOMMER', uses: 1 }, 'other-code', null],
  ['for everybody', {}, { customerIds: null }, 'for-everybody', null],
  ['of a number that was merged', {}, { customerIds: ['9'] }, 'other-customer', 'move'],
  ['of nobody, whose number is gone', {}, { customerIds: [] }, 'other-customer', 'move'],
  ['of somebody else', {}, { customerIds: ['9', '10'] }, 'other-customer', null],
  ['of two, her among them', {}, { customerIds: ['7', '10'] }, null, null],
  ['a customer who is gone', { customerId: null }, { customerIds: [] }, null, null],
  ['more money', {}, { value: { of: 'amount', amount: '50.0' } }, 'other-terms', null],
  ['a share instead of an amount', {}, { value: { of: 'percent', percent: 5 } }, 'other-terms', null],
  ['another share', { reward: tenPercent }, { value: { of: 'percent', percent: 11 } }, 'other-terms', null],
  ['nothing that can be read', {}, { value: null }, 'other-terms', null],
  [
    'beside another discount on the order',
    {},
    { combines: { order: true, product: true, shipping: true } },
    'other-terms',
    null,
  ],
  [
    'beside what the reward allows',
    { reward: { ...reward, combines: { order: true, product: false, shipping: false } } as typeof reward },
    { combines: { order: true, product: false, shipping: false } },
    null,
    null,
  ],
  ['off its goods', { reward: onlyCoffee }, off('products', '2', '1'), null, null],
  ['off those of them that are left', { reward: onlyCoffee }, off('products', '2'), null, null],
  ['off none of them', { reward: onlyCoffee }, off('products'), 'other-terms', null],
  ['off others, too', { reward: onlyCoffee }, off('products', '1', '3'), 'other-terms', null],
  ['off a collection of that number', { reward: onlyCoffee }, off('collections', '1'), 'other-terms', null],
  ['off a variant of that number', { reward: onlyCoffee }, off('variants', '1'), 'other-terms', null],
  [
    'off everything instead of its goods',
    { reward: onlyCoffee },
    { value: OFF, combines: BESIDE },
    'other-terms',
    null,
  ],
  ['off goods instead of everything', {}, off('products', '1'), 'other-terms', null],
  [
    'off its goods, beside what is usual for an order',
    { reward: onlyCoffee },
    { ...off('products', '1'), combines: { order: false, product: true, shipping: true } },
    'other-terms',
    null,
  ],
  [
    'off subscriptions',
    { reward: subscribed },
    { value: { ...OFF, by: { of: 'subscription', cycles: 3 } } },
    null,
    null,
  ],
  [
    'off more orders of them',
    { reward: subscribed },
    { value: { ...OFF, by: { of: 'subscription', cycles: null } } },
    'other-terms',
    null,
  ],
  [
    'off what is bought once, too',
    { reward: subscribed },
    { value: { ...OFF, by: { of: 'both', cycles: 3 } } },
    'other-terms',
    null,
  ],
  ['off what is bought once, only', { reward: subscribed }, {}, 'other-terms', null],
  ['as often as one likes', {}, { usageLimit: null }, 'other-terms', null],
  ['on an unpaid order, deleted', { onOrder: true }, null, null, null],
  ['on an unpaid order, used', { onOrder: true }, { uses: 1 }, null, null],
  ['being ended', { ending: true }, null, null, null],
  ['being made', { status: 'preparing' }, null, null, null],
  ['over, and to lapse', { endsAt: new Date(NOW) }, { status: 'EXPIRED' }, null, null],
  ['returned and ended', RETURNED, { status: 'EXPIRED' }, null, null],
  ['returned and gone', RETURNED, null, null, null],
  ['returned, used up', RETURNED, { uses: 1 }, null, null],
  ['returned, usable', RETURNED, {}, 'usable', 'end'],
  ['returned, to begin later', RETURNED, { status: 'SCHEDULED' }, 'usable', 'end'],
  ['returned, under another code', RETURNED, { code: 'SOMMER' }, 'usable', 'end'],
  ['used up', USED, { uses: 1 }, null, null],
  ['used and deleted', USED, null, null, null],
  ['used, and once more', USED, { uses: 1, usageLimit: 2 }, 'usable-again', null],
  ['used, and never counted', USED, {}, 'usable-again', null],
])('R1: of what was made in Shopify, %s', (_, booked, found, why, repair) => {
  const said = compareCode({ ...OPEN, ...booked }, found && { ...MADE, ...found }, NOW)
  expect(said).toEqual(why === null ? null : { why, repair })
})
