import { firstHalf, maintenancePage } from '../simulator-kit/http.ts'
import type { Fault } from './faults.ts'

/** A response before HTTP; without `json` it has no content. */
export interface Reply {
  readonly status: number
  readonly json?: unknown
}

/** Invented: no value of CheckOutErrorCode and only two of ErrorCode are documented. */
const invented = '99000'

/** [avarda] cancel-payment, return-order: "Invalid or missing external ID." */
export const externalIdInvalid = '10005'

export const ok = (json: unknown): Reply => ({ status: 200, json })

/** [avarda] update-items, cancel-payment: 200 with no content. */
export const noContent: Reply = { status: 200 }

/** The four observed shapes of errors; the status of the second is not documented. */
export const e1 = (message: string, code = invented, status = 400): Reply => ({
  ...{ status, json: [{ ErrorCode: code, ErrorMessage: message }] },
})
export const e2 = (messages: readonly string[], status = 400): Reply => ({
  ...{ status, json: { CheckOutErrorCode: Number(invented), Errors: messages } },
})
export const e3 = (message: string, status: number): Reply => ({
  ...{ status, json: { Message: message } },
})
export const e4 = (message: string, status = 400): Reply => ({ status, json: message })

/** The 401's body is not documented. */
export const unauthorized: Reply = { status: 401 }

export function toResponse({ status, json }: Reply): Response {
  if (json === undefined) return new Response(null, { status })
  return send(JSON.stringify(json), status)
}

/** The response of the fault `bad_json`. */
export const toTruncatedResponse = ({ status, json = null }: Reply): Response =>
  send(firstHalf(JSON.stringify(json)), status)

const send = (body: string, status: number) =>
  new Response(body, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  })

/** The response that the fault puts in place of the reply, if it does. */
export function replacement({ kind, status, messages }: Fault): Response | undefined {
  const [message = ''] = messages
  switch (kind) {
    case 'unauthorized':
      return toResponse(unauthorized)
    case 'http_500':
      return toResponse(e3('An error has occurred.', 500))
    case 'html':
      return maintenancePage()
    case 'e1':
      return toResponse(e1(message, invented, status))
    case 'e2':
      return toResponse(e2(messages, status))
    case 'e3':
      return toResponse(e3(message, status ?? 500))
    case 'e4':
      return toResponse(e4(message, status))
    default:
      return undefined
  }
}
