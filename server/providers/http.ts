import { Pool } from 'undici'
import { failureOf } from './failure.ts'
import type { Failure } from './failure.ts'

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  /** Below the base address. */
  readonly path: string
  readonly fields?: object
  readonly timeoutMs: number
}

export interface HttpAnswer {
  readonly kind: 'answered'
  readonly status: number
  readonly body: string
}

/**
 * JSON over HTTP for the APIs that sign nothing: a key goes with every call. Judges nothing, repeats nothing, follows no
 * redirect (a redirect would carry the key away).
 */
export class KeyedHttp {
  readonly #pool: Pool
  readonly #base: string
  readonly #key: Readonly<Record<string, string>>

  constructor(apiUrl: string, key: Readonly<Record<string, string>>) {
    const { origin, pathname } = new URL(apiUrl)
    this.#base = pathname.replace(/\/$/, '')
    this.#key = key
    this.#pool = new Pool(origin, {
      connections: 256,
      connect: { timeout: 3_000 },
      maxResponseSize: 256 * 1024,
    })
  }

  async send({ method, path, fields, timeoutMs }: HttpCall): Promise<HttpAnswer | Failure> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method,
        path: this.#base + path,
        headers: {
          accept: 'application/json',
          ...(fields && { 'content-type': 'application/json; charset=utf-8' }),
          ...this.#key,
        },
        ...(fields && { body: JSON.stringify(fields) }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { kind: 'answered', status: statusCode, body: await body.text() }
    } catch (error) {
      return failureOf(error)
    }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

/** An object out of hostile text, its names in PascalCase (the APIs take and give camelCase too); null: anything else. */
export function readObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    const entries = Object.entries(value).map(
      ([name, inner]: [string, unknown]) =>
        [name.charAt(0).toUpperCase() + name.slice(1), inner] as const,
    )
    // What says one thing twice, in two spellings, contradicts itself.
    return new Set(entries.map(([name]) => name)).size === entries.length
      ? Object.fromEntries(entries)
      : null
  } catch {
    return null
  }
}
