import * as v from 'valibot'

/** What an error says of itself: of its text nothing is kept, for it may quote what was sent. */
export interface ErrorBody {
  /** Whether it is the refusal of InitializePayment, whatever the HTTP status says. */
  readonly isValidation: boolean
  /** Null: it has none, or none that looks like one. */
  readonly code: string | null
}

const withCode = v.object({ ErrorCode: v.unknown() })
const validation = v.object({ CheckOutErrorCode: v.unknown() })
const plain = v.object({ Message: v.string() })

/** The four shapes in which Avarda has been seen to tell an error; null for anything else. */
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
  // {"Message": "text"}, as the framework beneath says it, or a text alone.
  if (v.is(plain, json) || (typeof json === 'string' && json !== '')) {
    return { isValidation: false, code: null }
  }
  return null
}

/** A code is short, and no text. */
function shortCode(value: unknown): string | null {
  const code = typeof value === 'number' ? String(value) : value
  return typeof code === 'string' && /^\w{1,8}$/.test(code) ? code : null
}
