import type { Reward } from '../../domain/rewards/kinds.ts'
import { askAdmin } from '../ask-admin.ts'
import { CreateFreeShippingCode } from '../graphql/discounts.ts'
import { codeMaker } from './code-maker.ts'

/** The shipping of one order, wherever it goes. */
export const freeShippingDiscount = codeMaker<Extract<Reward, { kind: 'free-shipping' }>>(
  async (graphql, _, input) => {
    const discount = {
      ...input,
      destination: { all: true },
    }
    return (await askAdmin(graphql, CreateFreeShippingCode, { discount })).discountCodeFreeShippingCreate
  },
)
