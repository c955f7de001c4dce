/**
 * Shopify's search syntax: `tag:bio updated_at:>='2026-11-01T00:00:00Z' -status:draft (a OR b)`.
 * Terms beside each other must all hold; a term without a field looks into the row's text.
 */

/** What a row shows for a field: text, a number, a time in ISO 8601, or several of them. */
export type Searchable = string | number | boolean | null | (string | number)[]
export type SearchFields<Row> = Record<string, (row: Row) => Searchable>

export type Search<Row> = {
  matches: (row: Row) => boolean
  /** Fields that rows of this kind do not have: Shopify ignores them and warns. */
  unknownFields: string[]
}

type Token =
  | { kind: 'term'; field: string | null; value: string }
  | { kind: '(' | ')' | 'OR' | 'AND' | 'NOT' }
type Test<Row> = (row: Row) => boolean

export function parseSearch<Row>(
  query: string | null | undefined,
  fields: SearchFields<Row>,
  text: (row: Row) => string,
): Search<Row> {
  const unknownFields: string[] = []
  const tokens = tokenize(query ?? '')
  let at = 0
  const peek = () => tokens[at]

  const either = (): Test<Row> => {
    const parts = [all()]
    while (peek()?.kind === 'OR') {
      at += 1
      parts.push(all())
    }
    return (row) => parts.some((part) => part(row))
  }
  const all = (): Test<Row> => {
    const parts: Test<Row>[] = []
    for (let token = peek(); token && token.kind !== ')' && token.kind !== 'OR'; token = peek()) {
      if (token.kind === 'AND') at += 1
      else parts.push(one())
    }
    return (row) => parts.every((part) => part(row))
  }
  const one = (): Test<Row> => {
    const token = tokens[at++]
    if (token?.kind === 'NOT') {
      const inner = one()
      return (row) => !inner(row)
    }
    if (token?.kind === '(') {
      const inner = either()
      if (peek()?.kind === ')') at += 1
      return inner
    }
    if (token?.kind !== 'term') return () => true
    return term(token.field, token.value)
  }
  const term = (field: string | null, value: string): Test<Row> => {
    if (field === null) {
      const wanted = value.toLowerCase().replace(/\*$/, '')
      return (row) => text(row).toLowerCase().includes(wanted)
    }
    const read = fields[field]
    if (!read) {
      unknownFields.push(field)
      return () => true
    }
    const compare = comparison(value)
    return (row) => {
      const found = read(row)
      return (Array.isArray(found) ? found : [found]).some((each) => compare(each))
    }
  }
  let matches: Test<Row> = either()
  // A closing bracket too many ends a group early: what follows must hold as well.
  while (at < tokens.length) {
    at += 1
    const before: Test<Row> = matches
    const after = either()
    matches = (row) => before(row) && after(row)
  }
  return { matches, unknownFields }
}

function tokenize(query: string): Token[] {
  const tokens: Token[] = []
  const pattern = /\s*(?:([()])|(-)(?=[\w(])|(?:(\w+):)?((?:[<>]=?)?(?:'[^']*'|"[^"]*"|[^\s()]+)))/gy
  for (let match = pattern.exec(query); match?.[0]; match = pattern.exec(query)) {
    const [, bracket, minus, field, raw = ''] = match
    if (bracket) tokens.push({ kind: bracket as '(' | ')' })
    else if (minus) tokens.push({ kind: 'NOT' })
    else if (!field && /^(OR|AND|NOT)$/.test(raw)) tokens.push({ kind: raw as 'OR' | 'AND' | 'NOT' })
    else tokens.push({ kind: 'term', field: field ?? null, value: unquote(raw) })
  }
  return tokens
}

function unquote(raw: string): string {
  const [, sign = '', rest = ''] = /^([<>]=?)?(.*)$/s.exec(raw) ?? []
  return sign + rest.replace(/^(['"])(.*)\1$/s, '$2')
}

function comparison(value: string): (found: string | number | boolean | null) => boolean {
  const [, sign, wanted = ''] = /^([<>]=?)?(.*)$/s.exec(value) ?? []
  if (sign) {
    return (found) => {
      const difference = order(found, wanted)
      if (difference === null) return false
      if (sign === '>') return difference > 0
      if (sign === '>=') return difference >= 0
      return sign === '<' ? difference < 0 : difference <= 0
    }
  }
  if (wanted === '*') return (found) => found !== null && found !== ''
  return (found) => {
    if (found === null) return false
    const text = String(found).toLowerCase()
    const word = wanted.toLowerCase()
    return word.endsWith('*') ? text.startsWith(word.slice(0, -1)) : text === word
  }
}

/** Times by the instant, numbers by size; null when the two cannot be compared. */
function order(found: string | number | boolean | null, wanted: string): number | null {
  if (found === null) return null
  if (typeof found === 'number') return found - Number(wanted.replace(/^gid:.*\//, ''))
  const [a, b] = [Date.parse(String(found)), Date.parse(wanted)]
  return Number.isNaN(a) || Number.isNaN(b) ? null : a - b
}
