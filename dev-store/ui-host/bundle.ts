/**
 * Bundles a UI extension's real source as Shopify CLI does, for the practice store's pages: same transforms,
 * same baked-in APP_URL. The differences: an ES module whose default export takes the target's globals, because
 * Shopify runs an extension in a worker of its own and the practice store runs it in the page.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import type { Translations } from './translate.ts'

export interface ExtensionTargetConfig {
  target: string
  /** Path of the source below the extension's folder. */
  module: string
}

export interface UiExtension {
  handle: string
  directory: string
  apiVersion: string
  targets: ExtensionTargetConfig[]
  networkAccess: boolean
}

/** Reads what the host needs from `shopify.extension.toml`. Throws when the file lacks it. */
export function readUiExtension(directory: string): UiExtension {
  const toml = readFileSync(join(directory, 'shopify.extension.toml'), 'utf8')
  const text = (section: string, key: string): string => {
    const match = new RegExp(`^\\s*${key}\\s*=\\s*"([^"]*)"`, 'm').exec(section)
    if (!match?.[1]) throw new Error(`${directory}/shopify.extension.toml: "${key}" is missing`)
    return match[1]
  }
  const [head = '', ...targeting] = toml.split(/^\[\[extensions\.targeting\]\]\s*$/m)
  return {
    handle: text(head, 'handle'),
    directory,
    apiVersion: text(head, 'api_version'),
    targets: targeting.map((section) => ({
      target: text(section, 'target'),
      module: text(section, 'module'),
    })),
    networkAccess: /^\s*network_access\s*=\s*true\s*$/m.test(toml),
  }
}

/** The translations for `locale`: exact language, then its base, then the default file. */
export function readTranslations(directory: string, locale: string): Translations {
  const base = locale.split('-')[0] ?? locale
  const names = [`${locale}.json`, `${locale}.default.json`, `${base}.json`, `${base}.default.json`]
  for (const name of [...names, 'en.default.json']) {
    try {
      return JSON.parse(readFileSync(join(directory, 'locales', name), 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  throw new Error(`${directory}/locales has neither ${base}.json nor en.default.json`)
}

/** As `shopify app build` bundles: one script, minified, everything inside. */
function cliOptions(extension: UiExtension, target: string, appUrl: string): BuildOptions {
  const config = extension.targets.find((one) => one.target === target)
  if (!config) throw new Error(`${extension.handle} has no target ${target}`)
  return {
    entryPoints: [join(extension.directory, config.module)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    globalName: 'extensionModule',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    target: 'es2020',
    legalComments: 'none',
    define: {
      'process.env.APP_URL': JSON.stringify(appUrl),
      'process.env.NODE_ENV': '"production"',
    },
    loader: { '.esnext': 'ts', '.js': 'jsx' },
    logLevel: 'silent',
  }
}

/** The bare script, as it counts against Shopify's limit of 64 KB compressed. */
export async function bundleTarget(extension: UiExtension, target: string, appUrl: string): Promise<string> {
  const { outputFiles } = await build(cliOptions(extension, target, appUrl))
  return outputFiles?.[0]?.text ?? ''
}

/**
 * The script as a module: `export default function (shopify, document, globalThis, self, window, fetch)` runs it
 * with these instead of the page's globals, and returns the extension's own default export.
 */
export function asHostModule(script: string): string {
  return `export default function (shopify, document, globalThis, self, window, fetch) {
${script}
return extensionModule.default;
}
`
}

/** The page's side: elements, `shopify` global, mounting. `host`: of the shop's pages, `till`: of the till. */
export async function bundleHost(page: 'host' | 'till'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, `browser/${page}.ts`)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  })
  return outputFiles?.[0]?.text ?? ''
}
