import type { ReactiveControllerHost } from 'lit'
import { locales, type Locale } from './messages/index.ts'

type Host = ReactiveControllerHost & Element & { readonly locale: string | null | undefined }

const known = Object.keys(locales) as Locale[]

const speaks = (tag: string | null | undefined): Locale | undefined =>
  known.find((language) => tag?.toLowerCase().startsWith(language))

/** Which language to speak: the element's own `locale`, the nearest `lang`, the browser's, Icelandic. */
export const localeOf = (host: Host): Locale =>
  speaks(host.locale) ??
  // `:lang()` knows the nearest `lang`, through shadow roots too.
  known.find((language) => host.matches(`:lang(${language})`)) ??
  navigator.languages.map(speaks).find(Boolean) ??
  'is'

/** Updates the host when a `lang` changes anywhere in its page. */
export function watchLang(host: Host): void {
  const update = (): void => host.requestUpdate()
  const observer = new MutationObserver(update)
  host.addController({
    hostConnected() {
      observer.observe(document, { attributeFilter: ['lang'], subtree: true })
      update()
    },
    hostDisconnected: () => observer.disconnect(),
  })
}
