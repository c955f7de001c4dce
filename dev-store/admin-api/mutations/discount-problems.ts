/**
 * What Shopify refuses in a discount, in its own words and in its order: the form of the input first, the customers
 * and goods in it last.
 */
import { type DiscountNode, idOf } from '../../model.ts'
import type { ApiContext } from '../context.ts'
import { badRequest } from '../errors.ts'
import type { BasicInput, Ids, UserError } from './discount-input.ts'

const LONGEST = 255

type Fail = (path: string[], message: string, code: string) => UserError

/**
 * Everything that is wrong with the input.
 * @param root the argument's name, with which each field's path begins
 * @param known the discount that is being changed; null: a new one
 * @throws {GraphQLError} BAD_REQUEST for an input that contradicts itself
 */
export function problemsOf(
  input: BasicInput,
  root: string,
  context: ApiContext,
  known: DiscountNode | null,
): UserError[] {
  refuseContradictions(input)
  const fail: Fail = (path, message, code) => ({ field: [root, ...path], message, code, extraInfo: null })
  const formal = [
    ...classProblems(input, root, fail),
    ...textProblems(input, fail, known),
    ...presenceProblems(input, fail, known),
    ...valueProblems(input, fail),
    ...purchaseProblems(input, fail),
    ...tagProblems(input, fail),
    ...windowProblems(input, fail, known),
  ]
  const twoAudiences = formal.some(({ field }) => field?.length === 2 && field[1] === 'context')
  return [
    ...formal,
    ...(twoAudiences ? [] : reachProblems(input, fail, context)),
    ...taken(input, fail, context, known),
  ]
}

function classProblems({ combinesWith }: BasicInput, root: string, fail: Fail): UserError[] {
  if (root !== 'freeShippingCodeDiscount' || !combinesWith?.shippingDiscounts) return []
  return [
    fail(
      ['combinesWith'],
      'The combinesWith settings are not valid for the discount class.',
      'INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS',
    ),
  ]
}

function textProblems({ title, code }: BasicInput, fail: Fail, known: DiscountNode | null): UserError[] {
  const errors: UserError[] = []
  const tooLong = (name: string) => `${name} is too long (maximum is ${LONGEST} characters)`
  if (title === undefined ? known === null : !title?.trim())
    errors.push(fail(['title'], "Title can't be blank", 'BLANK'))
  else if (title && title.length > LONGEST) errors.push(fail(['title'], tooLong('Title'), 'TOO_LONG'))
  if (code === '') errors.push(fail(['code'], 'Code is too short (minimum is 1 character)', 'TOO_SHORT'))
  else if (code === undefined ? known === null : !code?.trim())
    errors.push(fail(['code'], "Code can't be blank", 'BLANK'))
  else if (code && /[\r\n]/.test(code))
    errors.push(fail(['code'], 'Code cannot contain newline characters.', 'INVALID'))
  else if (code && code.length > LONGEST) errors.push(fail(['code'], tooLong('Code'), 'TOO_LONG'))
  return errors
}

function presenceProblems(input: BasicInput, fail: Fail, known: DiscountNode | null): UserError[] {
  const errors: UserError[] = []
  const { context, customerSelection, minimumRequirement } = input
  const create = known === null
  if (create && !input.startsAt) errors.push(fail(['startsAt'], "Starts at can't be blank", 'BLANK'))
  if (create && !input.customerGets)
    errors.push(fail(['customerGets'], "Customer gets can't be blank", 'BLANK'))
  if (create && !context && !customerSelection)
    errors.push(fail(['context'], "Context can't be blank", 'BLANK'))
  if (context && customerSelection)
    errors.push(fail(['context'], 'Only one of context or customerSelection can be provided.', 'INVALID'))
  if (minimumRequirement?.subtotal && minimumRequirement.quantity)
    errors.push(
      fail(
        ['minimumRequirement', 'subtotal', 'greaterThanOrEqualToSubtotal'],
        'Minimum subtotal cannot be defined when minimum quantity is.',
        'CONFLICT',
      ),
      fail(
        ['minimumRequirement', 'quantity', 'greaterThanOrEqualToQuantity'],
        'Minimum quantity cannot be defined when minimum subtotal is.',
        'CONFLICT',
      ),
    )
  return errors
}

function valueProblems({ customerGets, usageLimit }: BasicInput, fail: Fail): UserError[] {
  const errors: UserError[] = []
  const path = ['customerGets', 'value']
  const { percentage, discountAmount, discountOnQuantity } = customerGets?.value ?? {}
  if (discountOnQuantity != null)
    errors.push(
      fail(
        [...path, 'discountOnQuantity'],
        'discountOnQuantity field is only permitted with bxgy discounts.',
        'INVALID',
      ),
    )
  if (percentage != null && (percentage < 0 || percentage > 1))
    errors.push(fail([...path, 'percentage'], 'Value must be between 0.0 and 1.0', 'VALUE_OUTSIDE_RANGE'))
  // Shopify's own wording, though it says the contrary of what it means.
  if (discountAmount && Number(discountAmount.amount) < 0)
    errors.push(
      fail(
        [...path, 'discountAmount', 'amount'],
        'Value must be less than or equal to 0',
        'LESS_THAN_OR_EQUAL_TO',
      ),
    )
  if (usageLimit != null && usageLimit < 1)
    errors.push(fail(['usageLimit'], 'Usage limit must be greater than 0', 'GREATER_THAN'))
  return errors
}

/** Codes and rules as the schema tells them; Shopify's words for them are not recorded. */
function purchaseProblems(
  { customerGets, recurringCycleLimit: cycles }: BasicInput,
  fail: Fail,
): UserError[] {
  const { appliesOnOneTimePurchase: once, appliesOnSubscription: subscription } = customerGets ?? {}
  if (once === false && !subscription)
    return [
      fail(
        ['customerGets', 'appliesOnOneTimePurchase'],
        'A discount cannot have both appliesOnOneTimePurchase and appliesOnSubscription set to false.',
        'APPLIES_ON_NOTHING',
      ),
    ]
  if (cycles != null && cycles < 0)
    return [
      fail(
        ['recurringCycleLimit'],
        'Recurring cycle limit must be a valid integer greater than or equal to 0.',
        'RECURRING_CYCLE_LIMIT_NOT_A_VALID_INTEGER',
      ),
    ]
  if (cycles != null && cycles !== 1 && subscription === false)
    return [
      fail(
        ['recurringCycleLimit'],
        'Recurring cycle limit must be 1 when discount does not apply to subscription items.',
        'MULTIPLE_RECURRING_CYCLE_LIMIT_FOR_NON_SUBSCRIPTION_ITEMS',
      ),
    ]
  return []
}

function tagProblems({ combinesWith, customerGets }: BasicInput, fail: Fail): UserError[] {
  if (!combinesWith?.productDiscountsWithTagsOnSameCartLine) return []
  const path = ['combinesWith', 'productDiscountsWithTagsOnSameCartLine']
  const errors = [
    fail(
      path,
      "The shop's plan does not allow setting `productDiscountsWithTagsOnSameCartLine`.",
      'PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED',
    ),
  ]
  if (customerGets?.items?.all)
    errors.push(
      fail(
        path,
        'Combines with product discounts with tags on same cart line is only valid for discounts with the PRODUCT discount class',
        'INVALID_PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_FOR_DISCOUNT_CLASS',
      ),
    )
  return errors
}

function windowProblems(input: BasicInput, fail: Fail, known: DiscountNode | null): UserError[] {
  const startsAt = input.startsAt ?? known?.startsAt
  const endsAt = input.endsAt === undefined ? known?.endsAt : input.endsAt
  return startsAt && endsAt && Date.parse(endsAt) < Date.parse(startsAt)
    ? [fail(['endsAt'], 'Ends at needs to be after starts_at', 'INVALID')]
    : []
}

/** Customers, segments and goods that do not exist. */
function reachProblems(input: BasicInput, fail: Fail, { store }: ApiContext): UserError[] {
  const missing = (
    ids: string[] | null | undefined,
    exists: (id: number) => boolean,
    path: string[],
    what: string,
  ) =>
    (ids ?? [])
      .filter((id) => !exists(idOf(id)))
      .map((id) => fail(path, `${what} with id: ${idOf(id)} is invalid`, 'INVALID'))
  const buyers = input.context ?? input.customerSelection
  const from = input.context ? 'context' : 'customerSelection'
  const { products, collections } = input.customerGets?.items ?? {}
  const goods = [...(products?.productsToAdd ?? []), ...(products?.productVariantsToAdd ?? [])]
  const path = ['customerGets', 'items']
  const variant = (id: number) => store.products.find((one) => one.variants.some((each) => each.id === id))
  return [
    ...missing(buyers?.customers?.add, (id) => !!store.customer(id), [from, 'customers', 'add'], 'Customer'),
    ...missing(
      buyers?.customerSegments?.add,
      (id) => !!store.segments.get(id),
      [from, 'customerSegments', 'add'],
      'Segment',
    ),
    ...(goods.length > 0 && collections?.add?.length
      ? [
          fail(
            [...path, 'collections', 'add'],
            'Cannot entitle collections in combination with product variants or products',
            'CONFLICT',
          ),
        ]
      : missing(
          collections?.add,
          (id) => !!store.collections.get(id),
          [...path, 'collections', 'add'],
          'Collection',
        )),
    ...missing(
      products?.productsToAdd,
      (id) => !!store.products.get(id),
      [...path, 'products', 'productsToAdd'],
      'Product',
    ),
    ...missing(
      products?.productVariantsToAdd,
      (id) => !!variant(id),
      [...path, 'products', 'productVariantsToAdd'],
      'Product variant',
    ),
  ]
}

function taken(
  { code }: BasicInput,
  fail: Fail,
  { store }: ApiContext,
  known: DiscountNode | null,
): UserError[] {
  const other = code ? store.discountByCode(code) : undefined
  return other && other.id !== known?.id
    ? [fail(['code'], 'Code must be unique. Please try a different code.', 'TAKEN')]
    : []
}

const both = (ids: Ids | null | undefined) => ids?.add?.some((one) => ids.remove?.includes(one)) ?? false

/** An input that says two things at once is no matter of user errors: the whole field fails. */
function refuseContradictions({ customerSelection, customerGets, combinesWith }: BasicInput): void {
  const { all, customers, customerSegments } = customerSelection ?? {}
  if (all && customers)
    throw badRequest(
      'A discount cannot have customerSelection set to all, when customers or customerSavedSearches is specified.',
    )
  if (all && customerSegments)
    throw badRequest(
      'A discount cannot have customerSelection set to all, when customerSegments is specified.',
    )
  if (Object.values(customerGets?.value ?? {}).filter((one) => one != null).length > 1)
    throw badRequest('A discount can only have one of percentage, discountOnQuantity or discountAmount.')
  if (both(customers)) throw badRequest('A customer id is present in `add` and `remove` fields')
  const { products, collections } = customerGets?.items ?? {}
  if (both({ add: products?.productVariantsToAdd, remove: products?.productVariantsToRemove }))
    throw badRequest("The same ProductVariant id is present in both 'add' and 'remove' fields")
  if (both(collections))
    throw badRequest("The same Collection id is present in both 'add' and 'remove' fields")
  const tags = 'productDiscountsWithTagsOnSameCartLine'
  if (both(combinesWith?.[tags]))
    throw badRequest(`The same tag is present in both \`add\` and \`remove\` fields of \`${tags}\`.`)
}
