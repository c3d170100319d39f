import { Pool } from 'undici'
import { sign } from '../../../server/providers/netgiro/signature.ts'
import { credentials } from '../harness/order.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { quantile } from '../harness/statistics.ts'
import { cpuTime } from '../harness/usage.ts'

/** What polls and no more: a heap of times, a pool of connections, and a signature for each request; answers are read and dropped. */
interface Due {
  at: number
  readonly body: string
}

const heap: Due[] = []
let lags: number[] = []
let cpuBefore = 0
let timer: NodeJS.Timeout | undefined
let nonces = Date.now() * 1_000

function push(due: Due): void {
  let index = heap.push(due) - 1
  while (index > 0) {
    const above = (index - 1) >> 1
    if ((heap[above]?.at ?? 0) <= due.at) break
    heap[index] = heap[above] as Due
    index = above
  }
  heap[index] = due
}

function pop(): Due | undefined {
  const [first] = heap
  const last = heap.pop()
  if (!last || heap.length === 0) return first
  let index = 0
  for (;;) {
    let below = 2 * index + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && (heap[below + 1]?.at ?? 0) < (heap[below]?.at ?? 0)) below++
    if ((heap[below]?.at ?? 0) >= last.at) break
    heap[index] = heap[below] as Due
    index = below
  }
  heap[index] = last
  return first
}

interface EngineOptions {
  readonly apiUrl: string
  readonly carts: number
  readonly pollIntervalMs: number
}

const commands = {
  start({ apiUrl, carts, pollIntervalMs }: EngineOptions) {
    const { origin, pathname } = new URL(apiUrl)
    const path = `${pathname}/Checkout/CheckCart`
    const url = origin + path
    const pool = new Pool(origin, { connections: 256 })
    const poll = async (due: Due) => {
      const nonce = String(nonces++)
      const headers = {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        netgiro_appkey: credentials.appId,
        netgiro_nonce: nonce,
        netgiro_signature: sign(credentials.secretKey, nonce, url, due.body),
      }
      const answer = await pool.request({ method: 'POST', path, headers, body: due.body })
      await answer.body.text()
      due.at = performance.now() + pollIntervalMs
      push(due)
      schedule()
    }
    const runDue = () => {
      timer = undefined
      const now = performance.now()
      while (heap[0] && heap[0].at <= now) {
        const due = pop()
        if (!due) break
        lags.push(now - due.at)
        void poll(due)
      }
      schedule()
    }
    const schedule = () => {
      const [next] = heap
      if (!next || timer) return
      timer = setTimeout(runDue, Math.max(1, Math.ceil(next.at - performance.now())))
    }
    for (let index = 0; index < carts; index++) {
      const at = performance.now() + (index / carts) * pollIntervalMs
      push({ at, body: JSON.stringify({ TransactionId: `cart-${index}` }) })
    }
    schedule()
  },
  begin() {
    lags = []
    cpuBefore = cpuTime()
  },
  end: () => ({ cpu: cpuTime() - cpuBefore, lagP99: quantile(lags, 0.99) }),
}

export type BareEngine = typeof commands
serveRequests(commands)
