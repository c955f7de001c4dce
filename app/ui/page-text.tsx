import { Box } from '@shopify/polaris'
import type { ReactNode } from 'react'

/** What stands on the page itself and in no card: on a phone, where cards reach from edge to edge, as far in as theirs. */
export function PageText({ children }: { children: ReactNode }) {
  return <Box paddingInline={{ xs: '400', sm: '0' }}>{children}</Box>
}
