import { parseJson } from '../json.ts'

export { JsonFault } from '../json.ts'

/**
 * Reads the body of a request.
 *
 * @throws JsonFault where it is not JSON, is ambiguous, or would be changed by reading it.
 */
export const parseStrictJson = (text: string): unknown =>
  parseJson(text, { maxDepth: 32, maxMembers: 5_000, isExact: true })
