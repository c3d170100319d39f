/** [avarda] query parameters that the provider adds to the return URL; they prove nothing about the result. */
const providerParams = ['purchaseId', 'callback', 'PaymentStatus']

/** The given URL made absolute, or else that of the current page without the provider's parameters and the hash. */
export function resolveReturnUrl(given: string | null | undefined): string {
  const url = new URL(given ?? location.href, document.baseURI)
  if (given) return url.href
  providerParams.forEach((name) => url.searchParams.delete(name))
  url.hash = ''
  return url.href
}
