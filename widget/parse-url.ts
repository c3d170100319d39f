/** The URL, or null for a text that is none. Not `URL.canParse`, which Safari has since 17 and Chrome since 120. */
export function parseUrl(text: string, base: string): URL | null {
  try {
    return new URL(text, base)
  } catch {
    return null
  }
}
