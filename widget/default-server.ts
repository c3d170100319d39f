/** The files that a backend serves, in its root or in a folder for each version. */
const widgetFile = /\/(v[^/]+\/)?(netgiro|avarda)-\w+(\.iife)?\.js$/

/** Where this script was loaded from; nothing for one that was written into the page or into a file of the server. */
function scriptUrl(): string | undefined {
  if (typeof document === 'undefined') return import.meta.url
  // By the prototypes' getters: `<img name="currentScript">` hides the document's own properties.
  const script: unknown = Reflect.get(Document.prototype, 'currentScript', document)
  const page: unknown = Reflect.get(Node.prototype, 'baseURI', document)
  // A module has no `currentScript`, and one inside the page has the page's own address.
  const address = script instanceof HTMLScriptElement ? script.src : import.meta.url
  return address === page ? undefined : address
}

/** The backend that serves this address, which keeps a path in front of its files; of a foreign file, the origin. */
export function serverFromScriptUrl(address: string | undefined): string {
  if (!address || !/^https?:/.test(address)) return ''
  const { origin, pathname } = new URL(address)
  return origin + (widgetFile.test(pathname) ? pathname.replace(widgetFile, '') : '')
}

/** The backend that serves its own widget, or nothing where the script's address is not known. */
export const defaultServer = serverFromScriptUrl(scriptUrl())
