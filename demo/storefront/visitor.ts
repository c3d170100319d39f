/** Who is looking, and in which language: two cookies. The order's amounts and states are never among them. */
import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Language } from './catalogue.ts'
import { en } from './messages/en.ts'
import { is, type Messages } from './messages/is.ts'

const day = 24 * 60 * 60
// Cookies know no ports, so the names keep clear of other shops on the same machine.
const visitorCookie = 'ullarbudin_visitor'
const languageCookie = 'ullarbudin_language'
const options = { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: 30 * day } as const

export const visitorOf = (c: Context): string | undefined => getCookie(c, visitorCookie)

/** The visitor, known from now on. */
export function welcome(c: Context): string {
  const visitor = visitorOf(c) ?? randomUUID()
  setCookie(c, visitorCookie, visitor, options)
  return visitor
}

export const languageOf = (c: Context): Language =>
  getCookie(c, languageCookie) === 'en' ? 'en' : 'is'

export function rememberLanguage(c: Context, language: Language): void {
  setCookie(c, languageCookie, language, options)
}

export const messages: Readonly<Record<Language, Messages>> = { is, en }
