import * as v from 'valibot'

/** The kind and code of an error. Its text is not kept, because it may quote the request. */
export interface ErrorBody {
  /** Whether InitializePayment refused the request, regardless of the HTTP status. */
  readonly isValidation: boolean
  /** Null if there is none, or none that looks like a code. */
  readonly code: string | null
}

const withCode = v.object({ ErrorCode: v.unknown() })
const validation = v.object({ CheckOutErrorCode: v.unknown() })
const plain = v.object({ Message: v.string() })

/** Reads the four shapes in which Avarda has been seen to report errors; null for anything else. */
export function readError(json: unknown): ErrorBody | null {
  // [avarda] {"CheckOutErrorCode": …, "Errors": ["text"]}: InitializePayment; its HTTP status is not documented.
  if (v.is(validation, json)) {
    return { isValidation: true, code: shortCode(json.CheckOutErrorCode) }
  }
  // [avarda] [{"ErrorCode": "10005", "ErrorMessage": "text"}], and older lists without these.
  if (Array.isArray(json)) {
    const [first] = json as readonly unknown[]
    return {
      isValidation: false,
      code: v.is(withCode, first) ? shortCode(first.ErrorCode) : null,
    }
  }
  // {"Message": "text"}, as the underlying framework reports it, or only a text.
  if (v.is(plain, json) || (typeof json === 'string' && json !== '')) {
    return { isValidation: false, code: null }
  }
  return null
}

/** A code is short; anything longer is a text. */
function shortCode(value: unknown): string | null {
  const code = typeof value === 'number' ? String(value) : value
  return typeof code === 'string' && /^\w{1,8}$/.test(code) ? code : null
}
