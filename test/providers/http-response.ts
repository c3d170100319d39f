import type { HttpResponse } from '../../server/providers/http-client.ts'

/** A response as the HTTP client would return it. */
export function httpResponse(
  body: string,
  status = 200,
  { url = '', headers = {} }: Partial<Pick<HttpResponse, 'url' | 'headers'>> = {},
): HttpResponse {
  return { kind: 'answered', url, status, headers, body, bytes: Buffer.from(body) }
}
