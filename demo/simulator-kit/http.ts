import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'

export interface HttpEnv {
  readonly Bindings: HttpBindings
}

/** An app that takes paths in any case, as both providers do: their documents write the same path in different ways. */
export const createApp = () =>
  new Hono<HttpEnv>({ getPath: (request) => getPath(request).toLowerCase() })

export interface Listening {
  readonly url: string
  /** Takes requests of another server, such as one that watches what passes. */
  readonly handle: RequestListener
  /** Ends every connection. */
  close(): Promise<void>
}

/** @param port - 0 takes any free port */
export async function listen(app: Hono<HttpEnv>, port: number, host: string): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    handle: (request, response) => void server.emit('request', request, response),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

/** @returns undefined when the text is not a JSON object */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** What the fault `bad_json` sends of a body. */
export const firstHalf = (body: string): string => body.slice(0, body.length / 2)

/** What the fault `html` sends: the page of a proxy, under 200. */
export const maintenancePage = (): Response =>
  new Response('<!doctype html><title>Maintenance</title><p>Be right back.</p>', {
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
