import type { ReactiveControllerHost } from 'lit'

type Host = ReactiveControllerHost & Element & { readonly locale: string | null | undefined }

/** Which language to speak: the element's own `locale`, the nearest `lang`, the browser's, the first that is known. */
export function localeOf(host: Host, locales: object): string {
  const known = Object.keys(locales)
  const speaks = (tag: string | null | undefined): string | undefined =>
    known.find((language) => tag?.toLowerCase().startsWith(language))
  return (
    speaks(host.locale) ??
    // `:lang()` knows the nearest `lang`, through shadow roots too.
    known.find((language) => host.matches(`:lang(${language})`)) ??
    navigator.languages.map(speaks).find(Boolean) ??
    (known[0] as string)
  )
}

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
