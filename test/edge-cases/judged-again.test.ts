import { expect, test } from 'vitest'
import { settleAgain } from '../../app/loyalty/settlement/settle-again.ts'
import { useShopLife } from './shop-life.ts'

const shops = useShopLife()

test('B1: a program for the past judges all orders but one that fails, and that one when it is tried again', async () => {
  const life = await shops.open({ from: '2026-11-05T00:00:00Z' })
  for (const id of [1, 2, 3]) await life.order({ id, customer: id, lines: [{ price: '30.00' }] })
  await life.publish(2, {}, '2020-01-01T00:00:00Z')
  await shops.owner().query(`
    CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.order_id = 2 THEN RAISE 'a fault with it'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER refuse_one BEFORE UPDATE ON order_state FOR EACH ROW EXECUTE FUNCTION refuse_one()`)
  const again = () => settleAgain(life.shopId, () => life.now)
  await expect(again()).rejects.toThrow('1 orders could not be judged, the first of them 2: a fault with it')
  const available = () =>
    Promise.all([1, 2, 3].map(async (customer) => (await life.balance(customer))?.available))
  expect(await available()).toEqual([30, 0, 30])
  await shops.owner().query('DROP TRIGGER refuse_one ON order_state')
  expect(await again()).toBe(1)
  expect(await available()).toEqual([30, 30, 30])
})
