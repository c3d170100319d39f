/** Visitor, language and an order from another device: three cookies. Amounts and statuses of orders are never in cookies. */
import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { getCookie, setCookie } from 'hono/cookie'
import type { Language } from './catalogue.ts'
import { en } from './messages/en.ts'
import { is, type Messages } from './messages/is.ts'

const day = 24 * 60 * 60
// Cookies ignore ports, so the names must differ from those of other shops on this machine.
const visitorCookie = 'ullarbudin_visitor'
const languageCookie = 'ullarbudin_language'
const orderKeyCookie = 'ullarbudin_order'
// A shop on https adds `secure: true`: the visitor and the key open orders. Not every browser takes that from http://127.0.0.1.
const options = { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: 30 * day } as const

/** An empty cookie is nobody's, or visitors who have one would share a cart. */
export const visitorOf = (c: Context): string | undefined =>
  getCookie(c, visitorCookie) || undefined

/** The visitor, remembered by a cookie from now on. */
export function identifyVisitor(c: Context): string {
  const visitor = visitorOf(c) ?? randomUUID()
  setCookie(c, visitorCookie, visitor, options)
  return visitor
}

/** What opens an order that was taken along from another device. */
export const orderKeyOf = (c: Context): string | undefined => getCookie(c, orderKeyCookie)

export const rememberOrderKey = (c: Context, key: string): void =>
  setCookie(c, orderKeyCookie, key, { ...options, maxAge: day })

/** The language that was chosen, or the browser's; who reads neither language of the shop is better served in English. */
export function languageOf(c: Context): Language {
  const chosen = getCookie(c, languageCookie)
  if (chosen === 'is' || chosen === 'en') return chosen
  const header = 'Accept-Language'
  if (!c.req.header(header)) return 'is'
  const supports = ['is', 'en', 'is-IS']
  return accepts(c, { header, supports, default: 'en' }).startsWith('is') ? 'is' : 'en'
}

export function rememberLanguage(c: Context, language: Language): void {
  setCookie(c, languageCookie, language, options)
}

export const messages: Readonly<Record<Language, Messages>> = { is, en }
