/** Returns the same sheet each time. */
export type LazySheet = () => CSSStyleSheet

/** A style sheet that all elements share, made for the first of them, because there is none on a server. */
export function lazySheet(css: string): LazySheet {
  let sheet: CSSStyleSheet | undefined
  return () => {
    if (!sheet && (globalThis as Partial<typeof globalThis>).document) {
      sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
    }
    return sheet as CSSStyleSheet
  }
}
