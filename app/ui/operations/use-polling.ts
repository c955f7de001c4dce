import { useEffect, useState } from 'react'
import { useReadAgain } from '../kit/use-read-again.ts'

const EVERY_MS = 1_500

/** Asks the page's data again while something is under way, unless nobody looks. */
export function usePolling(active: boolean): void {
  const { readAgain, reading } = useReadAgain()
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round begins when the one before has ended
  useEffect(() => {
    if (!active || reading) return
    const timer = setTimeout(async () => {
      if (!document.hidden) await readAgain()
      setRound((known) => known + 1)
    }, EVERY_MS)
    return () => clearTimeout(timer)
  }, [active, readAgain, reading, round])
}
