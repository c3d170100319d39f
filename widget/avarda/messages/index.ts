import { en } from './en.ts'
import { is } from './is.ts'
import { sv } from './sv.ts'

/** Nordic shoppers, and English for everybody else. */
export const locales = { en, is, sv }
