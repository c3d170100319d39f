import { lazySheet } from '../lazy-sheet.ts'
import css from './styles.css?inline'

const sheet = lazySheet(css)

/** Adds the style sheet of the details to an element's own. */
export function adoptDetailsStyles(root: ShadowRoot): void {
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet()])]
}
