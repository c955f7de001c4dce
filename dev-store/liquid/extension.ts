import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The theme app extension as it lies on disk: blocks with their schema, texts and assets. */

export type BlockTarget = 'section' | 'body' | 'head' | 'compliance_head'

export interface BlockSetting {
  type: string
  id?: string
  default?: unknown
}

export interface BlockSchema {
  name: string
  target: BlockTarget
  stylesheet?: string
  javascript?: string
  enabled_on?: { templates?: string[] }
  disabled_on?: { templates?: string[] }
  settings?: BlockSetting[]
}

export interface Block {
  /** File name without ".liquid". */
  handle: string
  schema: BlockSchema
}

export type Texts = { [key: string]: string | Texts }

const SCHEMA = /{%-?\s*schema\s*-?%}([\s\S]*?){%-?\s*endschema\s*-?%}/

export class Extension {
  readonly directory: string
  #version: { stamp: string; hash: string } | null = null

  /** @param directory absolute path of the extension, the folder of shopify.extension.toml */
  constructor(directory: string) {
    this.directory = directory
  }

  /** Every block, read anew, so that an edited file shows on the next page. @throws if a block has no valid schema */
  blocks(): Block[] {
    return readdirSync(join(this.directory, 'blocks'))
      .filter((file) => file.endsWith('.liquid'))
      .sort()
      .map((file) => ({ handle: file.slice(0, -'.liquid'.length), schema: this.#schema(file) }))
  }

  #schema(file: string): BlockSchema {
    const source = readFileSync(join(this.directory, 'blocks', file), 'utf8')
    const body = SCHEMA.exec(source)?.[1]
    if (!body) throw new Error(`blocks/${file} has no {% schema %}`)
    return JSON.parse(body) as BlockSchema
  }

  /** The texts of a language; null when the extension does not have it. */
  texts(locale: string): Texts | null {
    const files = readdirSync(join(this.directory, 'locales'))
    const file = [`${locale}.json`, `${locale}.default.json`].find((name) => files.includes(name))
    return file ? (JSON.parse(readFileSync(join(this.directory, 'locales', file), 'utf8')) as Texts) : null
  }

  /** The texts that stand in for missing ones: those of the file named "*.default.json". */
  defaultTexts(): Texts {
    const file = readdirSync(join(this.directory, 'locales')).find((name) => name.endsWith('.default.json'))
    if (!file) throw new Error('locales/ has no *.default.json')
    return JSON.parse(readFileSync(join(this.directory, 'locales', file), 'utf8')) as Texts
  }

  assets(): string[] {
    return readdirSync(join(this.directory, 'assets')).sort()
  }

  /**
   * Address of an asset. As on Shopify's network the version stands in the folder, not in a query: so the modules of
   * one version import each other by relative address, and every answer can be cached for ever.
   */
  assetUrl(file: string): string {
    return `/extensions/points-widget/${this.version()}/assets/${file}`
  }

  /** Changes with the content of any asset. */
  version(): string {
    const paths = this.assets().map((file) => join(this.directory, 'assets', file))
    const stamp = paths.map((path) => `${path}:${statSync(path).mtimeMs}`).join()
    if (this.#version?.stamp !== stamp) {
      const hash = createHash('sha256')
      for (const path of paths) hash.update(path.slice(this.directory.length)).update(readFileSync(path))
      this.#version = { stamp, hash: hash.digest('hex').slice(0, 12) }
    }
    return this.#version.hash
  }
}

export const pointsWidget = new Extension(
  fileURLToPath(new URL('../../extensions/points-widget', import.meta.url)),
)
