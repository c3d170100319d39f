/**
 * Stands in for Lit's own `css-tag.js` in the single-file builds: every browser that can run them has constructable
 * style sheets, so the ways around their absence (a tenth of Lit) can stay at home.
 */
export const supportsAdoptingStyleSheets = true

export function css({ raw: [text = ''] }: TemplateStringsArray): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
}

export const getCompatibleStyle = (sheet: CSSStyleSheet): CSSStyleSheet => sheet

export function adoptStyles(root: ShadowRoot, sheets: CSSStyleSheet[]): void {
  root.adoptedStyleSheets = sheets
}

/** Named by Lit's index, used by nothing of ours. */
export { css as CSSResult, css as unsafeCSS }
