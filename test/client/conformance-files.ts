import { readFileSync } from 'node:fs'
import type { CreateRequest, RefundRequest } from '../../integrations/client/index.ts'

export const read = (name: string): unknown =>
  JSON.parse(
    readFileSync(new URL(`../../integrations/conformance/${name}`, import.meta.url), 'utf8'),
  )

/** A call and what comes of it. */
export interface Step {
  readonly name: string
  readonly call: 'create' | 'get' | 'cancel' | 'refund' | 'events'
  readonly order?: CreateRequest
  readonly refund?: RefundRequest
  readonly reference?: string
  readonly id?: string
  readonly idempotencyKey?: string
  readonly key?: string
  readonly answer?: object
  readonly has?: readonly string[]
  readonly includes?: readonly string[]
  readonly error?: {
    readonly class: string
    readonly code?: string
    readonly status?: number
    readonly retryAfter?: number | null
  }
}

export interface Delivery {
  readonly name: string
  readonly genuine: boolean
  readonly secrets: string | readonly string[]
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
  /** What the message says of a secret that is wrong. */
  readonly refused?: string
}
