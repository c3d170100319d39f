import { lazySheet } from '../lazy-sheet.ts'
import css from './styles.css?inline'

/** Styles of the details. */
export const detailsStyles = lazySheet(css)
