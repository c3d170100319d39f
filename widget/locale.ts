import type { ControllerHost } from './updating-element.ts'

type Host = ControllerHost & Element & { readonly locale: string | null | undefined }

/** The first match of the element's `locale`, the nearest `lang` and the browser's languages, or else the default. */
export function localeOf(host: Host, locales: object): string {
  const known = Object.keys(locales)
  const matchLocale = (tag: string | null | undefined): string | undefined =>
    known.find((language) => tag?.toLowerCase().startsWith(language))
  // `:lang()` finds the nearest `lang` attribute through shadow roots, too.
  // Not spread, because not every browser says which languages it has.
  const fromPage = (): (string | undefined)[] =>
    [known.find((language) => host.matches(`:lang(${language})`))].concat(navigator.languages)
  // Where a server renders, there is no page, and its languages are nobody's.
  const tags = [host.locale, ...(host.isConnected ? fromPage() : []), known[0]]
  return tags.map(matchLocale).find(Boolean) as string
}

/** Updates the host when a `lang` attribute changes anywhere in the page. */
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
