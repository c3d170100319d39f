/** [avarda] what the provider adds to the address on the way back; it says nothing about the outcome. */
const providerParams = ['purchaseId', 'callback', 'PaymentStatus']

/** The page to come back to: the one that was asked for, or the present one as it was before any detour. */
export function resolveReturnUrl(wanted: string | null | undefined): string {
  const url = new URL(wanted ?? location.href, document.baseURI)
  if (wanted) return url.href
  providerParams.forEach((name) => url.searchParams.delete(name))
  url.hash = ''
  return url.href
}
