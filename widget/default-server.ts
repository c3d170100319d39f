/**
 * Scheme, host, and the folder of a bundle as the backend serves it, at its root or below it for each version. Not `new URL`,
 * whose first use takes 4 ms on a phone, before the form can be painted.
 */
const address =
  /^(https?:\/\/)([^/?#]*@)?([^/?#]+)(([^?#]*?)\/(v\d+\.\d[^/]+\/)?(netgiro|avarda)-\w+(\.iife)?\.js\b)?/

/** The URL that this script was loaded from, or undefined for an inline script. */
function scriptUrl(): string | undefined {
  if (typeof document === 'undefined') return import.meta.url
  // By the prototype, because `<img name="currentScript">` shadows properties of the document; MooTools replaces `Document`.
  const script = Reflect.get(HTMLDocument.prototype, 'currentScript', document) as {
    src?: string
  } | null
  // A module has no `currentScript`, and the URL of an inline module is that of the page, which each node knows.
  const url = script ? script.src : import.meta.url
  return url === new Text().baseURI ? undefined : url
}

/**
 * The backend's base URL for the URL of a script: without the file name for one of our bundles, the origin for any other
 * file, empty if the URL is unknown or not http(s).
 */
export function serverFromScriptUrl(url: string | undefined): string {
  const [, scheme = '', , host = '', , folder = ''] = address.exec(url ?? '') ?? []
  return scheme + host + folder
}

/** The backend that served this script, or an empty string if the script's URL is unknown. */
export const defaultServer = serverFromScriptUrl(scriptUrl())
