/** [avarda] what the provider adds to the address on the way back; it says nothing about the outcome. */
const noise = ['purchaseId', 'callback', 'PaymentStatus']

/** The page to come back to: the one that was asked for, or the present one as it was before any detour. */
export function returnAddress(wanted: string | null | undefined): string {
  const url = new URL(wanted ?? location.href, document.baseURI)
  if (wanted) return url.href
  noise.forEach((name) => url.searchParams.delete(name))
  url.hash = ''
  return url.href
}
