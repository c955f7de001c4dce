/** A small seeded generator (the public-domain mulberry32): same seed, same shop. */
export interface Random {
  /** 0 ≤ value < 1 */
  next(): number
  /** Whole number, both ends included. */
  between(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  /** True with this probability (0 to 1). */
  chance(probability: number): boolean
  /** Index drawn in proportion to the weights. */
  weighted(weights: readonly number[]): number
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (list) => {
      const found = list[Math.floor(next() * list.length)]
      if (found === undefined) throw new RangeError('Cannot pick from an empty list')
      return found
    },
    chance: (probability) => next() < probability,
    weighted: (weights) => {
      let rest = next() * weights.reduce((sum, weight) => sum + weight, 0)
      for (let index = 0; index < weights.length; index += 1) {
        rest -= weights[index] ?? 0
        if (rest < 0) return index
      }
      return weights.length - 1
    },
  }
}
