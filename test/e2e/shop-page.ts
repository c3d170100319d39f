import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A page of a shop that has nothing but what a test needs, on an origin of its own. */
export interface ShopPage {
  readonly origin: string
  close(): Promise<void>
}

/** What is served by path; text that is neither a script nor a style sheet is HTML. */
export type Files = Readonly<Record<string, string>>

const types: readonly (readonly [RegExp, string])[] = [
  [/\.m?js$/, 'text/javascript'],
  [/\.css$/, 'text/css'],
  [/./, 'text/html; charset=utf-8'],
]

/** `headers` apply to pages, e.g. a content security policy. */
export async function serveShopPage(
  files: (origin: string) => Files,
  headers: Readonly<Record<string, string>> = {},
): Promise<ShopPage> {
  let contents: Files = {}
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://shop.example')
    const text = contents[pathname]
    const type = types.find(([pattern]) => pattern.test(pathname))?.[1] ?? ''
    if (text === undefined) response.writeHead(404).end()
    else {
      const isPage = type.startsWith('text/html')
      response.writeHead(200, { 'content-type': type, ...(isPage && headers) }).end(text)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  contents = files(origin)
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
