import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { GUIDE as PICTURES } from '../../scripts/guide-pictures.ts'

/**
 * The merchant's guide: each page in both languages, links and pictures that lead somewhere, and the words of the
 * admin and the shop as they stand there. The guide's convention: what is bold is on the screen, letter by letter, with
 * "…" in the place of a name or a number. Words of Shopify's own are in italics.
 */

const GUIDE = path.resolve(import.meta.dirname, '../../docs/guide')
const ROOT = path.resolve(GUIDE, '../..')
const LANGUAGES = ['de', 'en'] as const
type Language = (typeof LANGUAGES)[number]

const MOST_LINES = 40
const MOST_BYTES = 2_500_000

const pagesOf = async (language: Language) => (await readdir(path.join(GUIDE, language))).sort()
const PAGES = await pagesOf('de')
const INDEX = 'README.md'
const ABOUT_SOMETHING = PAGES.filter((name) => name !== INDEX)

type Table = { [name: string]: string | Table }

const textsOf = (table: Table): string[] =>
  Object.values(table).flatMap((value) => (typeof value === 'string' ? [value] : textsOf(value)))

/** Every text of the admin and of the extensions, with "…" for what is filled in. */
async function wordsOf(language: Language): Promise<Set<string>> {
  const admin = path.join(ROOT, 'app/locales', language)
  const shopify = language === 'en' ? 'en.default' : 'de'
  const files = [
    ...(await readdir(admin)).map((name) => path.join(admin, name)),
    ...['points-widget', 'points-checkout', 'points-till'].map((extension) =>
      path.join(ROOT, 'extensions', extension, 'locales', `${shopify}.json`),
    ),
    path.join(ROOT, 'extensions/points-widget/locales', `${shopify}.schema.json`),
  ]
  const tables = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8'))))
  return new Set(tables.flatMap(textsOf).map((text) => text.replaceAll(/\{\{[^}]*\}\}/g, '…')))
}

const linksOf = (page: string) => [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to ?? '')
const boldOf = (page: string) => [...page.matchAll(/\*\*([^*]+)\*\*/g)].map(([, words]) => words ?? '')

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = (page: string) =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''))

async function leadsNowhere(file: string, link: string): Promise<boolean> {
  if (/^https?:/.test(link)) return false
  const [target = '', anchor] = link.split('#')
  const found = path.resolve(path.dirname(file), target || path.basename(file))
  const exists = await stat(found).catch(() => null)
  if (!exists) return true
  return anchor !== undefined && !anchorsOf(await readFile(found, 'utf8')).includes(anchor)
}

test('the guide has the same pages in both languages, and the README leads to both', async () => {
  expect(PAGES.length).toBeGreaterThan(1)
  expect(await pagesOf('en')).toEqual(PAGES)
  const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8')
  for (const language of LANGUAGES) expect(linksOf(readme)).toContain(`docs/guide/${language}/${INDEX}`)
})

test('every picture of the guide can be taken again, and belongs to a page', async () => {
  const pages = ABOUT_SOMETHING.map((name) => path.basename(name, '.md')).sort()
  expect(PICTURES.map(({ name }) => name).sort()).toEqual(pages)
  const files = pages.flatMap((name) => LANGUAGES.map((language) => `${name}-${language}.png`))
  expect((await readdir(path.join(GUIDE, 'pictures'))).sort()).toEqual(files.sort())
})

test('the guide stays small', async () => {
  const files = await readdir(GUIDE, { recursive: true, withFileTypes: true })
  const sizes = files
    .filter((file) => file.isFile())
    .map((file) => stat(path.join(file.parentPath, file.name)).then(({ size }) => size))
  expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES)
})

describe.each(LANGUAGES)('the guide (%s)', (language) => {
  const fileOf = (name: string) => path.join(GUIDE, language, name)

  test('its index leads to every page', async () => {
    const links = linksOf(await readFile(fileOf(INDEX), 'utf8'))
    expect(ABOUT_SOMETHING.filter((name) => !links.includes(name))).toEqual([])
  })

  test.each(PAGES)(
    '%s: short, its links lead somewhere, and its bold words are on the screen',
    async (name) => {
      const file = fileOf(name)
      const page = await readFile(file, 'utf8')
      const links = linksOf(page)
      const nowhere = await Promise.all(links.map((link) => leadsNowhere(file, link)))
      expect(links.filter((_, index) => nowhere[index])).toEqual([])
      const words = await wordsOf(language)
      expect(boldOf(page).filter((bold) => !words.has(bold))).toEqual([])
      expect(page.split('\n').length).toBeLessThanOrEqual(MOST_LINES)
    },
  )

  test.each(PAGES.filter((name) => name !== 'README.md'))(
    '%s has one picture, in its language',
    async (name) => {
      const page = await readFile(fileOf(name), 'utf8')
      const pictures = [...page.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)]
      expect(pictures.map(([, , to]) => to)).toEqual([
        `../pictures/${path.basename(name, '.md')}-${language}.png`,
      ])
      expect(pictures[0]?.[1]).not.toBe('')
    },
  )
})
