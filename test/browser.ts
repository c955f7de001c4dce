/** A real browser from npm alone, for tests: @sparticuz/chromium driven by playwright-core. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** Launches headless Chromium. The first launch on a machine unpacks it once (about 3 seconds). Close it yourself. */
export async function launchChromium(): Promise<Browser> {
  const home = await unpackedChromium()
  return playwright.launch({
    executablePath: join(home, 'chromium'),
    // Root in a container has no sandbox; the pages are our own.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-dev-shm-usage'],
    env: { ...process.env, FONTCONFIG_FILE: fontConfiguration(home) },
  })
}

/** The package's own names folders of another machine: without this no font is found and every text is invisible. */
function fontConfiguration(home: string): string {
  const file = join(home, 'fonts.conf')
  const folders = [join(home, 'fonts'), '/usr/share/fonts'].map((folder) => `<dir>${folder}</dir>`).join('')
  const cache = `<cachedir>${join(home, 'fonts-cache')}</cachedir>`
  // Whole at every moment: another process may be starting its browser.
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, `<?xml version="1.0"?><fontconfig>${folders}${cache}</fontconfig>`)
  renameSync(unfinished, file)
  return file
}

/**
 * The package unpacks into the temporary folder and takes whatever lies there for complete, so that two test files
 * at once, or a run that was stopped, leave half a browser. Here it is unpacked aside and moved into place whole.
 */
async function unpackedChromium(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'))
  const home = join(tmpdir(), `stammgast-chromium-${version}`)
  if (existsSync(join(home, 'chromium'))) return home

  const aside = mkdtempSync(`${home}-`)
  const before = process.env.TMPDIR
  process.env.TMPDIR = aside
  try {
    await chromium.executablePath()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  try {
    renameSync(aside, home)
  } catch (error) {
    // Another process was faster.
    rmSync(aside, { recursive: true, force: true })
    if (!existsSync(join(home, 'chromium'))) throw error
  }
  return home
}
