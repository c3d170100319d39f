import { en } from './en.ts'
import { is } from './is.ts'
import { sv } from './sv.ts'

/** Nordic languages, and English as the default. */
export const locales = { en, is, sv }
