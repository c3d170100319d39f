import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { cookieAttributes } from './sessions.ts'
import { en } from './words/en.ts'
import { is } from './words/is.ts'
import type { Words } from './words/words.ts'

const all = { en, is } as const
const cookieName = 'netgiro_admin_language'
const aYear = 365 * 24 * 60 * 60

const isLanguage = (text: string): text is keyof typeof all => Object.hasOwn(all, text)

/** The words in the language that was chosen on the page, or else in the one that the browser likes best. */
export function wordsFor(c: Context): Words {
  const chosen = getCookie(c, cookieName) ?? ''
  return all[isLanguage(chosen) ? chosen : preferred(c.req.header('accept-language') ?? '')]
}

export const otherLanguageOf = ({ language }: Words) => (language === 'is' ? 'en' : 'is')

/** Remembers a choice of language; anything else than a language is ignored. */
export function chooseLanguage(c: Context, language: string): void {
  if (isLanguage(language))
    setCookie(c, cookieName, language, { ...cookieAttributes(c), maxAge: aYear })
}

/** [ietf] RFC 9110, 12.5.4: ranges with a weight from 0 to 1, which is 1 where there is none. */
function preferred(header: string): keyof typeof all {
  const weights = header.split(',').map((range) => {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const weight = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find(Boolean)
    return { language: tag.split('-')[0] ?? '', weight: Number(weight ?? 1) }
  })
  const weightOf = (language: string) =>
    Math.max(0, ...weights.filter((one) => one.language === language).map(({ weight }) => weight))
  return weightOf('is') > weightOf('en') ? 'is' : 'en'
}

/** The page that a form was on, as a relative URL; the first page where it is none of ours. */
export const ownPage = (text: string): string =>
  /^(?:login|checkouts|found)(?:\?[!-~]{0,2000})?$/.test(text) ? text : 'checkouts'
