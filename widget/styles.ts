import { lazySheet } from './lazy-sheet.ts'
import css from './styles.css?inline'

/** Styles of all elements. */
export const styles = lazySheet(css)
