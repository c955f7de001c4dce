import { createHmac, randomUUID } from 'node:crypto'
import { connect } from 'node:net'

/**
 * Load for the benchmark of the webhook door, as a process of its own. It writes ready-made requests to plain sockets,
 * so that little of the machine goes to the one who asks.
 */
export interface LoadRequest {
  port: number
  path: string
  secret: string
  connections: number
  ms: number
}
export interface LoadResult {
  accepted: number
  /** Answers other than 200. */
  refused: number
  ms: number
}

const BODY = JSON.stringify({
  id: 820982911946154508n.toString(),
  admin_graphql_api_id: 'gid://shopify/Order/820982911946154508',
  name: '#1001',
  updated_at: '2026-11-20T11:00:00+01:00',
  financial_status: 'paid',
  currency: 'EUR',
  current_total_price: '49.90',
})

process.on('message', async (request: LoadRequest) => {
  process.send?.(await load(request))
})

async function load({ port, path, secret, connections, ms }: LoadRequest): Promise<LoadResult> {
  const signature = createHmac('sha256', secret).update(BODY).digest('base64')
  const run = randomUUID()
  const result = { accepted: 0, refused: 0, ms: 0 }
  let count = 0
  const next = () =>
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
    'user-agent: Shopify-Captain-Hook\r\nx-shopify-topic: orders/updated\r\n' +
    'x-shopify-shop-domain: kontor-lindental.myshopify.com\r\nx-shopify-api-version: 2026-10\r\n' +
    `x-shopify-hmac-sha256: ${signature}\r\nx-shopify-webhook-id: ${run}-${count++}\r\n` +
    `content-length: ${Buffer.byteLength(BODY)}\r\n\r\n${BODY}`

  const started = performance.now()
  const until = started + ms
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(next()))
      let answer = ''
      socket.setNoDelay(true)
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1')
        if (!isComplete(answer)) return
        if (answer.startsWith('HTTP/1.1 200 ')) result.accepted++
        else result.refused++
        answer = ''
        if (performance.now() < until) socket.write(next())
        else socket.end(resolve)
      })
    })
  await Promise.all(Array.from({ length: connections }, one))
  result.ms = performance.now() - started
  return result
}

function isComplete(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  return length === undefined
    ? answer.endsWith('0\r\n\r\n') || answer.startsWith('HTTP/1.1 204')
    : answer.length >= head + 4 + Number(length)
}
