/** A name or note as it stands between quotation marks: its own become the inner ones of its language (‚…‘, ‘…’). */
export function innerQuotes(text: string): string {
  return text.replaceAll('„', '‚').replaceAll('“', '‘').replaceAll('”', '’').replaceAll('"', "'")
}
