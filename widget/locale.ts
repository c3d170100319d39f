import type { ControllerHost } from './updating-element.ts'

type Host = ControllerHost & Element & { readonly locale: string | null | undefined }

/** The first match of the element's `locale`, the nearest `lang` and the browser's languages, or else the default. */
export function localeOf(host: Host, locales: object): string {
  const known = Object.keys(locales)
  const matchLocale = (tag: string | null | undefined): string | undefined =>
    known.find((language) => tag?.toLowerCase().startsWith(language))
  // Each is asked only where those before it say nothing: before the form is painted, that is time.
  // `:lang()` finds the nearest `lang` attribute through shadow roots, too.
  const ofPage = () => known.find((language) => host.matches(`:lang(${language})`))
  // Not every browser says which languages it has.
  const ofBrowser = () =>
    (navigator as Partial<Navigator>).languages?.map(matchLocale).find(Boolean)
  // Where a server renders, there is no page, and its languages are nobody's.
  const found = matchLocale(host.locale) ?? (host.isConnected ? (ofPage() ?? ofBrowser()) : null)
  return found ?? (known[0] as string)
}

/** Updates the host when a `lang` attribute changes anywhere in the page. */
export function watchLang(host: Host): void {
  let observer: MutationObserver | undefined
  host.addController({
    hostConnected() {
      observer ??= new MutationObserver(() => host.requestUpdate())
      observer.observe(document, { attributeFilter: ['lang'], subtree: true })
    },
    hostDisconnected: () => observer?.disconnect(),
  })
}
