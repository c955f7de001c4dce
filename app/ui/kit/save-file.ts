/** Hands the browser a file to keep. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** A page is no file of ours: something in between has answered. */
function isFile({ ok, headers }: Response): boolean {
  return ok && !headers.get('Content-Type')?.startsWith('text/html')
}

/**
 * Through fetch, which App Bridge gives the session token; a plain link would carry none.
 * @returns false when there was no file
 */
export async function downloadFile(address: string, name: string): Promise<boolean> {
  const content = await fetch(address)
    .then((answer) => (isFile(answer) ? answer.blob() : null))
    .catch(() => null)
  if (content) saveFile(name, content)
  return content !== null
}
