import type { ReactiveControllerHost } from 'lit'

type Host = ReactiveControllerHost & Element & { readonly locale: string | null | undefined }

/** False where a server renders: there are no ancestors, and nobody's browser. */
const hasDocument = typeof document !== 'undefined'

/** Which language to speak: the element's own `locale`, the nearest `lang`, the browser's, the first that is known. */
export function localeOf(host: Host, locales: object): string {
  const known = Object.keys(locales)
  const matchLocale = (tag: string | null | undefined): string | undefined =>
    known.find((language) => tag?.toLowerCase().startsWith(language))
  return (
    matchLocale(host.locale) ??
    // `:lang()` knows the nearest `lang`, through shadow roots too.
    known.find((language) => hasDocument && host.matches(`:lang(${language})`)) ??
    (hasDocument ? navigator.languages.map(matchLocale).find(Boolean) : undefined) ??
    (known[0] as string)
  )
}

/** Updates the host when a `lang` changes anywhere in its page. */
export function watchLang(host: Host): void {
  const update = (): void => host.requestUpdate()
  let observer: MutationObserver | undefined
  host.addController({
    hostConnected() {
      observer ??= new MutationObserver(update)
      observer.observe(document, { attributeFilter: ['lang'], subtree: true })
      update()
    },
    hostDisconnected: () => observer?.disconnect(),
  })
}
