/** The URLs that a provider calls about one attempt. Built from the settings, never from the host that a request names. */
export function callbackUrls(publicUrl: string, providerName: string, token: string) {
  const success = `${publicUrl}/v1/callbacks/${providerName}/${token}`
  return { success, cancel: `${success}/cancel` }
}
