import { unsafeCSS } from 'lit'
import css from './styles.css?inline'

/** Styles of all elements. */
export const styles = unsafeCSS(css)
