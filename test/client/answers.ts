/** A server that gives each case of `answers.json` its answers, and counts what it is asked. */
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { read } from './conformance-files.ts'
import type { Step } from './conformance-files.ts'

type Answer =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string | object
    }
  | { readonly ends: 'before' | 'within' | 'never' }
  | { readonly ends: 'slowly'; readonly status?: number }

export interface AnsweredCase extends Step {
  /** The last one is repeated. */
  readonly answers: readonly Answer[]
  readonly requests: number
  /** `{url}` stands for the address of the server. */
  readonly url?: string
  readonly timeoutMs?: number
  readonly authorization?: string
  /** What the message says of an argument that is refused before any request. */
  readonly refused?: string
}

export const { cases } = read('answers.json') as { readonly cases: readonly AnsweredCase[] }

interface Asked {
  readonly method: string | undefined
  readonly key: string | undefined
  readonly authorization: string | undefined
}

export interface AnswerServer {
  /** The case with this number has the address `<url>/<number>`. */
  readonly url: string
  /** What is wrong with the requests of a case; null where nothing is. */
  differenceOf(number: number): string | null
  close(): Promise<void>
}

export async function startAnswerServer(): Promise<AnswerServer> {
  const asked = cases.map((): Asked[] => [])
  const server = createServer((request, response) => {
    const number = Number(request.url?.split('/')[1])
    const [requests, one] = [asked[number], cases[number]]
    if (!requests || !one) return void response.writeHead(404).end()
    const { method, headers } = request
    const answer = one.answers[requests.length] ?? one.answers.at(-1)!
    const { 'idempotency-key': key, authorization } = headers
    requests.push({ method, key: typeof key === 'string' ? key : undefined, authorization })
    request.resume().once('end', () => give(answer, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    differenceOf: (number) => differenceOf(cases[number]!, asked[number]!),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function give(answer: Answer, response: ServerResponse): void {
  if (!('ends' in answer)) {
    const { status, headers, body } = answer
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, headers).end(text)
  } else if (answer.ends === 'before') response.destroy()
  else if (answer.ends === 'within') {
    const headers = { 'content-type': 'application/json', 'content-length': 100 }
    response.writeHead(200, headers).write('{"id":"chk_1"', () => response.destroy())
  } else if (answer.ends === 'slowly') {
    const type = answer.status === undefined ? 'application/json' : 'application/problem+json'
    response.writeHead(answer.status ?? 200, { 'content-type': type })
    const drip = setInterval(() => response.write(' '), 20)
    response.once('close', () => clearInterval(drip))
  }
}

/** A call that changes something is made twice only under one key, whatever the case says about its number. */
function differenceOf(one: AnsweredCase, requests: readonly Asked[]): string | null {
  if (requests.length !== one.requests) return `${requests.length} requests`
  const { authorization = requests[0]?.authorization } = one
  if (requests.some((each) => each.authorization !== authorization)) return 'another key'
  const keys = new Set(requests.map(({ key }) => key))
  if (keys.size > 1) return 'several idempotency keys'
  const isKeyed = one.call === 'create' || one.call === 'refund'
  if (requests.length > 0 && isKeyed !== (requests[0]!.key ?? '') > '') return 'no idempotency key'
  return null
}
