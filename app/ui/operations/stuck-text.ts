import type { TFunction } from 'i18next'

/** How many messages lie aside and how many will be tried again; none of a kind is not worth a word. */
export function stuckText(
  t: TFunction<'operations'>,
  { quarantined, waiting }: { quarantined: number; waiting: number },
): string {
  const kinds = { quarantined, waiting }
  return (['quarantined', 'waiting'] as const)
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => t(`deliveries.${kind}`, { count: kinds[kind] }))
    .join(' ')
}
