/** Stands between the payment server and Medusa's route: delivers every event at least once, some twice, and in any order. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'

interface Delivery {
  readonly id: string
  readonly body: string
  readonly headers: Record<string, string>
  readonly times: number
}

type Post = (body: string, headers: Record<string, string>) => Promise<number>

export class Relay {
  readonly url: string
  /** Ids of events that the shop has accepted. */
  readonly accepted = new Set<string>()
  readonly counts = { repeated: 0, refused: 0 }
  readonly #listener: Listener
  readonly #random: () => number
  readonly #waiting: Delivery[]
  #running = 0

  private constructor(listener: Listener, waiting: Delivery[], random: () => number) {
    this.url = listener.url
    this.#listener = listener
    this.#waiting = waiting
    this.#random = random
  }

  static async open(random: () => number): Promise<Relay> {
    const waiting: Delivery[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        response.writeHead(204).end()
        const id = String(request.headers['webhook-id'])
        const times = random() < 0.3 ? 2 : 1
        waiting.push({ id, body, times, headers: signed(request.headers) })
      })
    })
    return new Relay(await listen(server), waiting, random)
  }

  /** Delivers what has come so far; what the shop refuses comes again. */
  async deliver(post: Post): Promise<void> {
    const batch = this.#waiting
      .splice(0)
      .flatMap((delivery) => Array.from({ length: delivery.times }, () => delivery))
      .map((delivery) => [this.#random(), delivery] as const)
      .sort(([one], [other]) => one - other)
    this.#running += batch.length
    await Promise.all(batch.map(([, delivery]) => this.#send(delivery, post)))
  }

  get isQuiet(): boolean {
    return this.#waiting.length === 0 && this.#running === 0
  }

  close(): Promise<void> {
    return this.#listener.close()
  }

  async #send(delivery: Delivery, post: Post): Promise<void> {
    if (delivery.times > 1) this.counts.repeated++
    const status = await post(delivery.body, delivery.headers)
    if (status >= 200 && status < 300) this.accepted.add(delivery.id)
    else {
      this.counts.refused++
      this.#waiting.push({ ...delivery, times: 1 })
    }
    this.#running--
  }
}

const signed = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
      name,
      String(headers[name]),
    ]),
  )
