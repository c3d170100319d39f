import type { ProviderResult } from '../../core/checkout.ts'
import { readJson } from '../../json.ts'
import type { HttpResponse } from '../http-client.ts'
import { readError } from './errors.ts'

const call = 'InitializePayment'

/** Avarda documents no interval. */
const pollIntervalMs = 3_000

/** [avarda] "19ac0d1ee909c302d212b4324d9194b5" in the example; the format is not documented. */
const purchaseId = /^[A-Za-z0-9]{1,64}$/

export const isPurchaseId = (value: unknown): value is string =>
  typeof value === 'string' && purchaseId.test(value)

/** Long and with a digit, as no word or code of an error is. */
const isSurelyPurchaseId = (value: unknown): boolean =>
  isPurchaseId(value) && value.length >= 16 && /\d/.test(value)

/** Whether a status that refuses comes with the id of a purchase: the request may have been read after all. */
export const isContradictory = ({ status, body }: Pick<HttpResponse, 'status' | 'body'>) =>
  status >= 400 && isSurelyPurchaseId(readJson(body))

/** A timeout or a rate limit shows nothing about the request itself. */
const isInconclusive = (status: number) => status >= 500 || status === 408 || status === 429

/** Maps the response to InitializePayment. `script` and `callbackUrl` are for the form that the shopper sees. */
export function mapStart(
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  { script, callbackUrl }: { readonly script: string; readonly callbackUrl: string },
): ProviderResult {
  const json = readJson(body)
  const isOk = status >= 200 && status < 300
  // [avarda] "the return type is just a simple string, it is still formatted as JSON. Hence the quotes."
  if (isOk && isPurchaseId(json)) {
    return {
      type: 'requested',
      providerRef: json,
      pollIntervalMs,
      // [avarda] the notification URL is passed to the script, in the browser.
      form: { script, settings: { purchaseId: json, purchaseCompletedCallbackUrl: callbackUrl } },
      evidence: { call, code: String(status), referenceId: null },
    }
  }
  const error = readError(json)
  const isRefusal = error?.isValidation
    ? true
    : !isInconclusive(status) &&
      !isContradictory({ status, body }) &&
      (status >= 400 || (isOk && error !== null))
  const evidence = { call, code: error?.code ?? `http_${status}`, referenceId: null }
  return isRefusal
    ? { type: 'refused', outcome: 'failed', reason: 'request_not_sent', evidence }
    : { type: 'unknown', effect: true, evidence }
}
