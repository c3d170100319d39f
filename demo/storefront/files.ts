/** The shop's own styles, scripts and drawings, read once. Only files of this folder are served. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { Hono } from 'hono'

const folder = new URL('./static/', import.meta.url)
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const read = (subfolder: string) =>
  readdirSync(new URL(subfolder, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && types[extname(entry.name)])
    .map((entry) => subfolder + entry.name)

export function files(): Hono {
  const app = new Hono()
  for (const name of [...read('./'), ...read('./art/')]) {
    const body = readFileSync(new URL(name, folder), 'utf8')
    const headers = {
      'Content-Type': types[extname(name)] ?? 'text/plain',
      'Cache-Control': 'no-cache',
    }
    app.get(name.replace('./', '/'), (c) => c.body(body, 200, headers))
  }
  return app
}
