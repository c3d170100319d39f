import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** What the element is compared with: a custom element that has a field, and nothing else. */
const bareScript = `customElements.define('bare-field', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: 'open' }).innerHTML = '<label>Phone <input type="tel"></label>'
  }
})`

export interface Pages {
  readonly origin: string
  /** Sets a page, and returns its address. */
  add(path: string, body: string): string
  /** Sets a file that pages of any origin may load. */
  addFile(path: string, type: string, body: string): void
  close(): Promise<void>
}

/** Pages of a shop, and at `/bare.js` the script of the bare element. */
export async function servePages(): Promise<Pages> {
  const files = new Map<string, { readonly type: string; readonly body: Buffer }>()
  const addFile = (path: string, type: string, body: string): void =>
    void files.set(path, { type, body: gzipSync(body) })
  addFile('/bare.js', 'text/javascript', bareScript)
  const server = createServer(({ url = '/' }, response) => {
    const file = files.get(url)
    response.writeHead(file ? 200 : 404, {
      ...(file && { 'content-type': file.type, 'content-encoding': 'gzip' }),
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'content-type',
    })
    response.end(file?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    add(path, body) {
      const page = `<!doctype html><html lang="is"><meta charset="utf-8" />${body}</html>`
      addFile(path, 'text/html; charset=utf-8', page)
      return origin + path
    },
    addFile,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/**
 * A font in the page itself, as shops bring their own. [chromium] of a font of the system, a renderer on Linux asks another process
 * about each size, and waits; on phones it does not.
 */
const shopFont = (): string => {
  const file = fileURLToPath(
    import.meta.resolve('@fontsource-variable/montserrat/files/montserrat-latin-wght-normal.woff2'),
  )
  const data = readFileSync(file).toString('base64')
  return `@font-face { font-family: Shop; font-weight: 100 900; src: url(data:font/woff2;base64,${data}) }
    body { font-family: Shop; --netgiro-font: Shop }`
}

/** The head and body that README shows, with text below that would be seen to move. */
export const pageWith = (
  script: string,
  tag: string,
  font: 'shop' | 'system',
  attributes: Readonly<Record<string, string>> = {},
  styles = '',
): string => `<title>Shop</title>
  <style>${font === 'shop' ? shopFont() : ''}</style>
  <link rel="preconnect" href="${new URL(script).origin}" crossorigin />
  <link rel="modulepreload" href="${script}" />
  ${styles && `<link rel="stylesheet" href="${styles}" />`}
  <style>${tag} { display: block; min-block-size: 27em }</style>
  <script type="module" src="${script}"></script>
  <body><h1>Ullarbúðin</h1><${tag} ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(' ')}></${tag}><p>Below</p></body>`
