import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** What the sources may not do with what others send; read from the syntax trees of all of them. */
const root = path.resolve(import.meta.dirname, '../..')
const FILES = ['server.ts', 'worker.ts', ...globSync('app/**/*.{ts,tsx}', { cwd: root })].filter(
  // What runs in the browser reads answers of ours.
  (file) => !file.includes('generated') && !file.startsWith('app/ui/'),
)
const READERS = new Set(['json', 'text', 'formData', 'arrayBuffer', 'blob', 'bytes'])
/** Who may read a body: the reader that counts, and readers of what is not a request. */
const ALLOWED = new Set([
  'app/request-body.server.ts',
  'app/intake/read-body.ts',
  // Shopify's answer to our own question.
  'app/shopify/ask-admin.ts',
  // A file of a form whose bytes were counted.
  'app/routes/app.operations.bulk._index.tsx',
])

function bodyReaders(file: string): string[] {
  const found: string[] = []
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const called =
        ts.isCallExpression(node.parent) &&
        node.parent.expression === node &&
        node.parent.arguments.length === 0
      const raw = node.name.text === 'body' && /request$/i.test(node.expression.getText())
      if (raw || (called && READERS.has(node.name.text))) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart())
        found.push(`${file}:${line + 1} ${node.getText()}`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

test('A3: nobody but the readers that count read the body of a request', () => {
  expect(FILES.filter((file) => !ALLOWED.has(file)).flatMap(bodyReaders)).toEqual([])
})
