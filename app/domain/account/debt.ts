/**
 * New points settle what has been owed for longest, so a debt is what its newest causes left.
 * @param lines newest first; whole points
 * @returns the lines that are still owed, with what is, and what lines before them owe: together the debt
 */
export function stillOwed<Line extends { owed: number }>(debt: number, lines: readonly Line[]) {
  let older = debt
  const shares: { line: Line; points: number }[] = []
  for (const line of lines) {
    const points = Math.min(line.owed, older)
    if (points === 0) break
    shares.push({ line, points })
    older -= points
  }
  return { shares, older }
}
