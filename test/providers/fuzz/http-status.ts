import fc from 'fast-check'

/** The HTTP status of an answer; mostly the one that belongs to it, which is `null`. */
export const httpStatus: fc.Arbitrary<number | null> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  fc.constantFrom(200, 201, 202, 204, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503),
)

export const isSuccess = (status: number): boolean => status >= 200 && status < 300
