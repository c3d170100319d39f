import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Replica } from './replica.ts'
import type { Traffic } from './traffic.ts'

export const pagePath = '/replicas'

interface PageDeps {
  readonly replicas: readonly Replica[]
  readonly traffic: Traffic
  /** Never rejects. */
  readonly act: (replica: Replica, action: Action) => Promise<void>
}

const actions = ['kill', 'stop', 'start'] as const
export type Action = (typeof actions)[number]

/** The page that shows which replica answers, and on which they are killed, stopped and started. */
export function replicasPage(deps: PageDeps) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const [, page, name, wanted] = (request.url ?? '').split('/')
    if (`/${page ?? ''}` !== pagePath) return false
    const replica = deps.replicas.find((one) => one.name === name)
    const action = actions.find((one) => one === wanted)
    if (request.method === 'GET' && name === undefined) show(response, deps)
    else if (request.method !== 'POST' || !replica || !action) response.writeHead(404).end()
    else if (!isFromOurPage(request)) response.writeHead(403).end()
    else
      void deps
        .act(replica, action)
        .then(() => response.writeHead(303, { location: pagePath }).end())
    return true
  }
}

/** Any other page of the browser could send the same form. */
const isFromOurPage = ({ headers: { origin, host } }: IncomingMessage): boolean =>
  origin === `http://${host ?? ''}`

function show(response: ServerResponse, { replicas, traffic }: PageDeps): void {
  const nonce = randomBytes(16).toString('base64')
  const rows = replicas.map((replica) => rowOf(replica, traffic)).join('')
  const answers = traffic.recent.map(
    ({ at, what, name }) => `<tr><td>${at}<td>${escaped(what)}<td>${escaped(name)}`,
  )
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  })
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>Replicas</title>
<style nonce="${nonce}">${styles}</style>
<h1>Replicas of the payment server</h1>
<p>Requests go to them in turn. <em>Kill</em> is <code>kill -9</code>; <em>Stop</em> is SIGTERM, as in a deploy.
<table>
<tr><th>Replica<th>Process<th>Requests<th>Open streams<th>
${rows}
</table>
<h2>Who answered</h2>
<table>
<tr><th>Time<th>Request<th>Replica
${answers.join('\n')}
</table>
</html>
`)
}

function rowOf(replica: Replica, traffic: Traffic): string {
  const { name, pid, port } = replica
  const state = pid === null ? 'not running' : port === null ? `${pid}, starting` : String(pid)
  const buttons = pid === null ? button(name, 'start') : button(name, 'kill') + button(name, 'stop')
  const { requests, streams } = traffic.of(name)
  return `<tr><td>${escaped(name)}<td>${state}<td>${requests}<td>${streams}<td>${buttons}\n`
}

const labels = { kill: 'Kill', stop: 'Stop', start: 'Start' } as const satisfies Record<
  Action,
  string
>

const button = (name: string, action: Action): string =>
  `<form method="post" action="${pagePath}/${escaped(name)}/${action}"><button aria-label="${labels[action]} replica ${escaped(name)}">${labels[action]}</button></form>`

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const styles = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1d1d1f; background: #fff }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: start; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #ddd }
  form { display: inline; margin-inline-end: .5rem }
  button { font: inherit; padding: .2rem .8rem }
  @media (prefers-color-scheme: dark) {
    :root { color-scheme: dark }
    body { color: #eee; background: #1d1d1f }
    th, td { border-color: #444 }
  }`
