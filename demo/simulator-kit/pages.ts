import { readFileSync } from 'node:fs'
import { extname } from 'node:path'

import { Hono } from 'hono'

import type { HttpEnv } from './http.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

/**
 * An app with files for browsers. Pages of other origins may load and frame them: a shop frames the form, the demo the
 * phone.
 *
 * @param files - paths and the names of their files in `folder`, which are read once
 * @param styles - sources of stylesheets beside our own
 */
export function servePages(
  folder: URL,
  files: Readonly<Record<string, string>>,
  styles: readonly string[] = [],
): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styles].join(' '),
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')

  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    c.header('content-security-policy', policy)
    c.header('cross-origin-resource-policy', 'cross-origin')
  })

  for (const [path, name] of Object.entries(files)) {
    const content = readFileSync(new URL(name, folder), 'utf8')
    const headers = { 'content-type': types[extname(name)] ?? 'text/plain' }
    app.get(path, (c) => c.body(content, 200, headers))
  }
  return app
}
