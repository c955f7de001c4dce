/** "3, 17–19": numbers in ascending order, those that follow each other as a span. */
export function ticketNumbers(numbers: readonly number[]): string {
  const spans: [first: number, last: number][] = []
  for (const number of numbers) {
    const span = spans.at(-1)
    if (span && number === span[1] + 1) span[1] = number
    else spans.push([number, number])
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ')
}
