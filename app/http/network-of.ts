import { isIPv4, isIPv6 } from 'node:net'

/**
 * Who can have this address of the internet: of the newer kind nobody gets less than 2^64, and may take another one for
 * each request. "2001:db8:1:2::7" → "2001:db8:1:2", "::ffff:192.0.2.1" → "192.0.2.1". Null: it is no address.
 */
export function networkOf(address: string | undefined): string | null {
  if (address === undefined) return null
  const older = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(older)) return older
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return null
  const [head = '', tail = ''] = plain.split('::', 2)
  const [first, last] = [groupsOf(head), groupsOf(tail)]
  const zeros = plain.includes('::') ? Math.max(0, 8 - first.length - last.length) : 0
  const groups = [...first, ...Array<number>(zeros).fill(0), ...last]
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')
}

/** Of the last group that stands in the older notation, only where it begins matters here. */
function groupsOf(part: string): number[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]))
}
