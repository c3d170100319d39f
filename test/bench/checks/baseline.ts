import { Pool } from 'undici'
import { sign } from '../../../server/providers/netgiro/signature.ts'
import { credentials } from '../harness/order.ts'
import { offer } from './caller.ts'

/** The same request again and again, signed beforehand; the answer is read and thrown away. */
let pool: Pool | undefined
let isStopped = false
let calls = 0

const body = JSON.stringify({ TransactionId: 'cart-0' })
const nonce = '40018752000001234'

async function askRepeatedly(target: Pool, headers: Record<string, string>): Promise<void> {
  while (!isStopped) {
    const answer = await target.request({
      method: 'POST',
      path: '/v1/Checkout/CheckCart',
      headers,
      body,
    })
    await answer.body.text()
    calls++
  }
}

offer({
  begin(port, carts) {
    const origin = `http://127.0.0.1:${port}`
    const target = new Pool(origin, { connections: carts })
    pool = target
    const url = `${origin}/v1/Checkout/CheckCart`
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json; charset=utf-8',
      netgiro_appkey: credentials.appId,
      netgiro_nonce: nonce,
      netgiro_signature: sign(credentials.secretKey, nonce, url, body),
    }
    for (let cart = 0; cart < carts; cart++) void askRepeatedly(target, headers)
  },
  calls: () => calls,
  async stop() {
    isStopped = true
    await pool?.close()
  },
})
