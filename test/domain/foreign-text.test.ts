import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { analyse } from 'scslre'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** What the sources may not do with what others send; read from the syntax trees of all of them. */
const root = path.resolve(import.meta.dirname, '../..')
const FILES = ['server.ts', 'worker.ts', ...globSync('app/**/*.{ts,tsx}', { cwd: root })].filter(
  // What runs in the browser reads answers of ours.
  (file) => !file.includes('generated') && !file.startsWith('app/ui/'),
)
const READERS = new Set(['json', 'text', 'formData', 'arrayBuffer', 'blob', 'bytes'])
/** The reader that counts, the door's, which counts the same way, and two that read no request. */
const ALLOWED = [
  /^app\/requests\/request-body\.server\.ts /,
  /^app\/intake\/read-body\.ts /,
  // Shopify's answer to our own question, and a file of a form whose bytes were counted.
  /^app\/shopify\/ask-admin\.ts response\.json$/,
  /^app\/requests\/changes\/upload-file\.server\.ts file\.arrayBuffer$/,
]

/** Every node of a file's syntax tree. */
function nodesOf(file: string): ts.Node[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const found: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return found
}

function bodyReaders(file: string): string[] {
  return nodesOf(file)
    .filter(ts.isPropertyAccessExpression)
    .filter((node) => {
      const called =
        ts.isCallExpression(node.parent) &&
        node.parent.expression === node &&
        node.parent.arguments.length === 0
      const raw = node.name.text === 'body' && /request$/i.test(node.expression.getText())
      return raw || (called && READERS.has(node.name.text))
    })
    .map((node) => `${file} ${node.getText()}`)
}

test('A3: nobody but the readers that count read the body of a request', () => {
  const readers = FILES.flatMap(bodyReaders)
  expect(readers.filter((one) => !ALLOWED.some((pattern) => pattern.test(one)))).toEqual([])
})

const PATTERNS = [
  'server.ts',
  'worker.ts',
  ...globSync('{app,extensions}/**/*.{ts,tsx,js,jsx}', { cwd: root }),
].filter((file) => !/generated|node_modules|\/dist\/|\.test\./.test(file))

/** Every regular expression of a file. */
function expressionsOf(file: string): { at: string; pattern: string; flags: string }[] {
  return nodesOf(file)
    .filter(ts.isRegularExpressionLiteral)
    .map((node) => {
      const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
      const end = node.text.lastIndexOf('/')
      return {
        at: `${file}:${line + 1}`,
        pattern: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      }
    })
}

/** Slow over long texts, and never handed any: file and expression, with who wrote the text. */
const SHORT = new Set([
  // The operator's own settings.
  'extensions/points-checkout/src/app-url.ts /\\/+$/',
  'app/db/address.ts /^[^:]*:\\/\\/([^/?#]*)[^?]*\\??(.*)$/s',
  // 32 characters; digits that we have reckoned.
  'app/ui/program/describe.ts /^-+|-+$/g',
  'app/domain/money/factor.ts /0+$/',
  // A document of ours.
  'app/shopify/orders/bulk-orders.ts /^\\s*fragment /m',
])

test('A2: no regular expression takes more than linear time over foreign text', () => {
  const slow = PATTERNS.flatMap(expressionsOf)
    .filter(({ pattern, flags }) => {
      const { reports } = analyse({ source: pattern, flags }, { reportTypes: { Move: true }, maxReports: 1 })
      return reports.length > 0
    })
    .map(({ at, pattern, flags }) => `${at.split(':')[0]} /${pattern}/${flags}`)
  expect(slow.filter((one) => !SHORT.has(one))).toEqual([])
  // What is no longer slow needs no leave.
  expect(slow).toEqual(expect.arrayContaining([...SHORT]))
})

test('A2: no expression is put together at run time', () => {
  const built = PATTERNS.filter((file) => /\bRegExp\(/.test(readFileSync(path.join(root, file), 'utf8')))
  expect(built).toEqual([])
})
