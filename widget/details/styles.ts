import css from './styles.css?inline'

let sheet: CSSStyleSheet | undefined

/** Adds the style sheet of the details to an element's own. */
export function adoptDetailsStyles(root: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  if (!root.adoptedStyleSheets.includes(sheet)) {
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  }
}
