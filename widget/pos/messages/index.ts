import { en } from './en.ts'
import { is } from './is.ts'

export const locales = { is, en }
