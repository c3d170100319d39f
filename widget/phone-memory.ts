/**
 * The number that was typed: in `sessionStorage` for one order in this tab, followed by the order's reference; in
 * `localStorage` if the shopper wants this device to remember it. Storage may be full, or forbidden for the page.
 */
export type Place = 'sessionStorage' | 'localStorage'

const key = 'netgiro-phone'

/** The stored text, empty if there is none. */
export function memory(place: Place): string {
  try {
    return globalThis[place].getItem(key) ?? ''
  } catch {
    return ''
  }
}

/** Stores a text; an empty one leaves nothing behind. */
export function store(place: Place, text: string): void {
  try {
    if (text) globalThis[place].setItem(key, text)
    else globalThis[place].removeItem(key)
  } catch {
    // The element works without it.
  }
}
