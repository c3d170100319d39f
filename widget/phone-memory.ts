/**
 * The number that was typed: in `sessionStorage` for one order in this tab, followed by the order's reference; in
 * `localStorage` if the shopper wants this device to remember it. Storage may be full, or forbidden for the page.
 */
export type Place = 'sessionStorage' | 'localStorage'

const key = 'netgiro-phone'

/** Stores a text if one is given. Returns the stored one, empty if there is none. */
export function memory(place: Place, text?: string): string {
  try {
    const storage = globalThis[place]
    if (text !== undefined) storage.setItem(key, text)
    return storage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

/** Removes what is stored. */
export function forget(place: Place): void {
  try {
    globalThis[place].removeItem(key)
  } catch {
    // Nothing could be stored there either.
  }
}
