import { parseUrl } from '../parse-url.ts'

/** [avarda] query parameters that the provider adds to the return URL; they prove nothing about the result. */
const providerParams = ['purchaseId', 'callback', 'PaymentStatus']

/**
 * The given URL made absolute, or else that of the current page without the provider's parameters and the hash. The page also
 * stands in for an address that no shopper could return to.
 */
export function resolveReturnUrl(given: string | null | undefined): string {
  const url = given ? parseUrl(given, document.baseURI) : null
  if (url && /^https?:$/.test(url.protocol)) return url.href
  const page = new URL(location.href)
  providerParams.forEach((name) => page.searchParams.delete(name))
  page.hash = ''
  return page.href
}
