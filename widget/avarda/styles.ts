import { lazySheet } from '../lazy-sheet.ts'
import signs from '../details/signs.css?inline'
import css from './styles.css?inline'

/** Extends the common styles with room for the provider's form and neutral colours instead of Netgíró's. */
export const formStyles = lazySheet(signs + css)
