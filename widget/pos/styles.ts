import { lazySheet } from '../lazy-sheet.ts'
import css from './styles.css?inline'

/** Extends the common styles with type that is legible from across the counter and large choices. */
export const posStyles = lazySheet(css)
