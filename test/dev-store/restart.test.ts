import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Store } from '../../dev-store/store.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function start(directory: string, port: number) {
  const child = spawn(process.execPath, [join(root, 'dev-store', 'main.ts')], {
    env: {
      ...process.env,
      PRACTICE_STORE_PORT: String(port),
      PRACTICE_STORE_DATA: directory,
      APP_URL: 'http://127.0.0.1:9',
      SHOPIFY_API_KEY: 'key',
      SHOPIFY_API_SECRET: 'practice-secret',
    },
  })
  let output = ''
  child.stderr.on('data', (part) => {
    output += part
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (part) => {
      output += part
      if (output.includes('Practice store ready at')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`Ended with ${code}: ${output}`)))
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, ended, output: () => output }
}

it('keeps every answered purchase through a kill -9, stops cleanly on SIGTERM, and names a taken port', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'practice-'))
  try {
    const port = await freePort()
    const base = `http://127.0.0.1:${port}`
    const first = await start(directory, port)
    const page = await (await fetch(`${base}/products/lindenhonig`)).text()
    const variant = /name="id" value="(\d+)"/.exec(page)?.[1] ?? ''
    const added = await fetch(`${base}/cart/add`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ id: variant }),
    })
    const cookie = added.headers.get('set-cookie')?.split(';')[0] ?? ''
    const bought = await fetch(`${base}/checkout`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({ email: 'gast@example.org', payment: 'card' }),
    })
    const token = bought.headers.get('location')?.split('/').at(-1)
    first.child.kill('SIGKILL')
    await first.ended

    const second = await start(directory, port)
    const status = await (await fetch(`${base}/practice/status`)).json()
    expect(status).toMatchObject({
      orders: 2501,
      customers: 300,
      products: 40,
      installed: false,
      done: false,
    })
    await expect(start(directory, port)).rejects.toThrow(`Port ${port} is taken`)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)

    const store = new Store({ directory })
    expect(store.orders.find((one) => one.token === token)).toMatchObject({ email: 'gast@example.org' })
    store.close()
  } finally {
    rmSync(directory, { recursive: true })
  }
})
