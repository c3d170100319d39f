import { lazySheet } from '../lazy-sheet.ts'
import signs from './signs.css?inline'
import css from './styles.css?inline'

/** Styles of the details. */
export const detailsStyles = lazySheet(signs + css)
