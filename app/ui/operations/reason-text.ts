import type { TFunction } from 'i18next'
import type { DeliveryReason } from '../../loyalty/inbox/reason.ts'

/** Why a message, or an order that was read, did not get into the book. */
export function reasonText(
  t: TFunction<'operations'>,
  { code, field, value, currency, from, until, allowed }: DeliveryReason,
): string {
  const values = {
    field,
    value,
    currency,
    from,
    until,
    ...(allowed && { allowed: t(`deliveries.allowed.${allowed}`) }),
  }
  return t(`deliveries.reason.${code}`, values)
}
