/** No document of ours is nested half as deep, and neither JavaScript nor PostgreSQL bears any depth. */
const DEEPEST = 64

/**
 * Why a value from outside cannot be stored; null when it can. PostgreSQL holds neither NUL nor half of a surrogate pair
 * in a text, and nobody types them.
 * @param value anything that JSON can say, of any depth
 * @param name of the field it came in
 * @returns a sentence that names the field and what stands in it
 */
export function faultOfText(value: unknown, name = ''): string | null {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: name, depth: 0 }]
  for (let one = open.pop(); one; one = open.pop()) {
    if (typeof one.value === 'string') {
      const found = unstorable(one.value)
      if (found) return `${named(one.path)} holds ${found}, which no text may`
    } else if (typeof one.value === 'object' && one.value !== null) {
      if (one.depth === DEEPEST) return `${named(one.path)} is nested deeper than ${DEEPEST} levels`
      for (const [key, inner] of Object.entries(one.value)) {
        const found = unstorable(key)
        if (found) return `a name in ${named(one.path)} holds ${found}, which no text may`
        open.push({ value: inner, path: one.path ? `${one.path}.${key}` : key, depth: one.depth + 1 })
      }
    }
  }
  return null
}

function unstorable(text: string): string | null {
  if (text.includes('\0')) return 'NUL (U+0000)'
  return text.isWellFormed() ? null : 'half of a surrogate pair (U+D800 to U+DFFF)'
}

/** It goes into an answer: no longer than is worth reading. */
function named(path: string): string {
  return path ? path.slice(0, 100) : 'the body'
}
