/** A customer as in Shopify's webhooks. These carry neither tags nor totals (since API version 2025-01). */
import { type Customer, gid, type Shop } from '../model.ts'
import { addressPayload, localTime } from './shared.ts'

export function customerInOrder(customer: Customer, shop: Shop) {
  return {
    id: customer.id,
    created_at: localTime(customer.createdAt, shop.timeZone),
    updated_at: localTime(customer.updatedAt, shop.timeZone),
    first_name: customer.firstName,
    last_name: customer.lastName,
    state: 'disabled',
    note: customer.note,
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: false,
    email: customer.email,
    phone: customer.phone,
    currency: shop.currency,
    tax_exemptions: [],
    admin_graphql_api_id: gid('Customer', customer.id),
    ...(customer.address
      ? {
          default_address: {
            id: customer.id,
            customer_id: customer.id,
            ...addressPayload(customer.address),
            country_name: addressPayload(customer.address).country,
            default: true,
          },
        }
      : {}),
  }
}

export function customerPayload(customer: Customer, shop: Shop) {
  const { default_address, ...rest } = customerInOrder(customer, shop)
  return {
    ...rest,
    addresses: default_address ? [default_address] : [],
    ...(default_address ? { default_address } : {}),
  }
}

/** How somebody said yes: by a link in an e-mail, or told the staff. */
export type OptIn = 'confirmed_opt_in' | 'single_opt_in'

/** Body of customers_email_marketing_consent/update; a consent that ends keeps the level that it had. */
export function consentPayload(customer: Customer, shop: Shop, level: OptIn) {
  return {
    customer_id: customer.id,
    email_address: customer.email,
    email_marketing_consent: {
      state: customer.acceptsMarketing ? 'subscribed' : 'unsubscribed',
      opt_in_level: level,
      consent_updated_at: localTime(customer.updatedAt, shop.timeZone),
    },
  }
}

export function customerDeletePayload(customer: Customer) {
  return { id: customer.id, tax_exemptions: [], admin_graphql_api_id: gid('Customer', customer.id) }
}

export function customerMergePayload(keptId: number, deletedId: number) {
  return {
    admin_graphql_api_customer_kept_id: gid('Customer', keptId),
    admin_graphql_api_customer_deleted_id: gid('Customer', deletedId),
    admin_graphql_api_job_id: null,
    status: 'completed',
    errors: [],
  }
}

/** Body of customers/data_request and, with `orders_to_redact`, of customers/redact. */
export function privacyPayload(
  topic: 'customers/data_request' | 'customers/redact',
  customer: Customer,
  orderIds: number[],
  shop: Shop,
  requestId: number,
) {
  const person = { id: customer.id, email: customer.email, phone: customer.phone ?? '' }
  const common = { shop_id: shop.id, shop_domain: shop.domain, customer: person }
  return topic === 'customers/redact'
    ? { ...common, orders_to_redact: orderIds }
    : { ...common, orders_requested: orderIds, data_request: { id: requestId } }
}
