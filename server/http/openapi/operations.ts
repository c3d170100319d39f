import { toProblem } from '../problem.ts'
import type { ProblemCode } from '../../protocol/index.ts'
import { needsBody } from './components.ts'
import type { Component, RequestComponent } from './components.ts'
import { examples } from './examples.ts'

type Security = 'session' | 'merchant'

/** What the document says of one operation. */
export interface Operation {
  readonly id: string
  readonly summary: string
  readonly parameters?: readonly object[]
  readonly body?: RequestComponent
  /** By status: a description, and the component that is returned. */
  readonly responses: Readonly<Record<number, readonly [description: string, Component?]>>
  /** Beside those that every operation of its kind may return. */
  readonly codes?: readonly ProblemCode[]
}

/** Text of any length is read up to the limit, and then refused. */
const ofBody: readonly ProblemCode[] = ['invalid_request', 'unsupported_media_type']

/** Any body may be too large. */
const ofWrite: readonly ProblemCode[] = ['body_too_large']

const operationOf =
  (security: Security, tag: string, common: readonly ProblemCode[]) =>
  (method: 'get' | 'post' | 'delete', operation: Operation) => ({
    operationId: operation.id,
    tags: [tag],
    summary: operation.summary,
    security: [{ [security]: [] }],
    ...(operation.parameters && { parameters: operation.parameters }),
    ...(operation.body && {
      requestBody: { required: needsBody(operation.body), content: json(operation.body) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, [description, component]]) => [
          status,
          { description, ...(component && { content: json(component) }) },
        ]),
      ),
      ...problems([
        ...common,
        ...(operation.body ? ofBody : []),
        ...(method === 'get' ? [] : ofWrite),
        ...(operation.codes ?? []),
        'internal_error',
      ]),
    },
  })

/**
 * Where a server has several merchants, each may have so many requests in progress. The database may be locked by another process,
 * or away: then nothing can be read either.
 */
const ofAny: readonly ProblemCode[] = ['too_many_requests', 'temporarily_unavailable']

/** A call of the shopper's browser. */
export const browser = operationOf('session', 'Browser', [
  ...(['unknown_session', 'origin_not_allowed'] as const),
  ...ofAny,
])

/** A call of the shop's backend. */
export const merchant = operationOf('merchant', 'Shop', ['unauthorized', ...ofAny])

/** A component as JSON, with its examples. */
export const json = (name: Component) => ({
  'application/json': {
    schema: { $ref: `#/components/schemas/${name}` },
    ...(examples[name] && { examples: examples[name] }),
  },
})

/** The responses for problems, by status; each names every code that the operation may return with it. */
export function problems(codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = new Map<number, Set<ProblemCode>>()
  for (const code of codes) {
    const { status } = toProblem(code)
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code))
  }
  return Object.fromEntries([...byStatus].map(([status, same]) => [status, problem([...same])]))
}

/** Nothing else is worth repeating as it is. */
const withRetryAfter: readonly ProblemCode[] = [
  ...(['too_many_requests', 'phone_busy', 'idempotency_key_in_use'] as const),
  ...(['temporarily_unavailable', 'shutting_down'] as const),
]

const retryAfter = {
  'Retry-After': {
    description: 'Seconds to wait before the call is repeated.',
    schema: { type: 'integer', minimum: 0 },
  },
}

const problem = (codes: readonly ProblemCode[]) => ({
  description: codes.join(', '),
  ...(codes.some((code) => withRetryAfter.includes(code)) && { headers: retryAfter }),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { properties: { code: { enum: codes } } },
        ],
      },
      examples: Object.fromEntries(codes.map((code) => [code, { value: toProblem(code) }])),
    },
  },
})

export const pathParameter = (name: string, description: string) => ({
  name,
  description,
  in: 'path',
  required: true,
  schema: { type: 'string' },
})

export const idempotencyKey = (required: boolean, example: string) => ({
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Yours: the call has one effect under the same key, however often it is repeated.',
  ...(required && { required }),
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  example,
})
