/** Returns the same sheet for one window each time. [cssom] A document adopts only sheets that were made in its own window. */
export type LazySheet = (view: Partial<Window & typeof globalThis>) => CSSStyleSheet

/** A style sheet that all elements share, made for the first of them, because there is none on a server. */
export function lazySheet(css: string): LazySheet {
  let sheet: CSSStyleSheet | undefined
  // `<form name="defaultView">` stands in the place of the window, and has none.
  return ({ CSSStyleSheet: Sheet = CSSStyleSheet }) => {
    if (!(sheet instanceof Sheet)) {
      sheet = new Sheet()
      sheet.replaceSync(css)
    }
    return sheet
  }
}

/** What has style sheets. */
export interface Styled {
  sheets: readonly LazySheet[]
  readonly shadowRoot: ShadowRoot | null
  readonly ownerDocument: Document | null
}

/** Adds a style sheet to an element, for good. */
export function addSheet(element: Styled, sheet: LazySheet): void {
  element.sheets = [...element.sheets, sheet]
  const view = element.ownerDocument?.defaultView
  if (view) element.shadowRoot?.adoptedStyleSheets.push(sheet(view))
}
