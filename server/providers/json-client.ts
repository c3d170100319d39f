import { readJson } from '../json.ts'
import { HttpExchange } from './http-client.ts'
import type { ExchangeResponse as ExchangeAnswer } from './http-client.ts'
import type { Failure } from './failure.ts'

/** An answer as far as it is judged. */
export type HttpResponse = Omit<ExchangeAnswer, 'headers' | 'bytes'>

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  /** Below the base address. */
  readonly path: string
  readonly fields?: object
  readonly timeoutMs: number
}

/**
 * JSON over HTTP for the APIs that sign nothing: a key goes with every call. Judges nothing, repeats nothing, follows no
 * redirect (a redirect would carry the key away).
 */
export class JsonClient {
  readonly #exchange: HttpExchange
  readonly #base: string
  readonly #headers: readonly string[]

  constructor(apiUrl: string, key: Readonly<Record<string, string>>) {
    const { origin, pathname } = new URL(apiUrl)
    this.#base = pathname.replace(/\/$/, '')
    this.#headers = ['accept', 'application/json', ...Object.entries(key).flat()]
    this.#exchange = new HttpExchange(origin, { maxBytes: 256 * 1024 })
  }

  send({ method, path, fields, timeoutMs }: HttpCall): Promise<HttpResponse | Failure> {
    const type = fields ? ['content-type', 'application/json; charset=utf-8'] : []
    return this.#exchange.send({
      method,
      path: this.#base + path,
      headers: [...this.#headers, ...type],
      body: fields && JSON.stringify(fields),
      timeoutMs,
    })
  }

  close(): Promise<void> {
    return this.#exchange.close()
  }
}

/** An object out of hostile text, its names in PascalCase (the APIs take and give camelCase too); null: anything else. */
export const readObject = (body: string) => pascalCased(readJson(body))

/** The same of a value that was read already. */
export function pascalCased(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const names = Object.keys(value)
  // As far as anyone has seen, all of them are.
  if (names.every(isPascalCase)) return value as Readonly<Record<string, unknown>>
  const entries = Object.entries(value).map(
    ([name, inner]: [string, unknown]) =>
      [name.charAt(0).toUpperCase() + name.slice(1), inner] as const,
  )
  // What says one thing twice, in two spellings, contradicts itself.
  return new Set(entries.map(([name]) => name)).size === entries.length
    ? Object.fromEntries(entries)
    : null
}

function isPascalCase(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 0x41 && first <= 0x5a
}
