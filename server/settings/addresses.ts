import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { targetOf } from '../webhooks/target.ts'

/** The value in the form that the rest of the server uses, or what is wrong with it. */
export type Judged = { readonly value: string } | { readonly problem: string }

const problem = (what: string): Judged => ({ problem: what })

const userInfo = 'must be without a user name and password'

/** [RFC 6761] names and addresses that never leave this machine. */
export const isLoopback = (hostname: string): boolean =>
  /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/i.test(hostname)

const insecure =
  'must be https: http is for addresses of this machine alone (or set ALLOW_INSECURE=true, in development)'

const isOpenHttp = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !isLoopback(hostname)

/** Not `URL.canParse`: once Node 20 has optimized it, it returns false for every text beyond ASCII. */
function parse(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

/** Null where the text is no http(s) URL that a request could be sent to. */
function httpUrl(text: string): URL | null {
  const url = parse(text)
  return url && /^https?:$/.test(url.protocol) && url.port !== '0' ? url : null
}

/**
 * A URL that paths are appended to, without a slash at the end. It is normalized as clients do it (lower case, no default
 * port), because some URLs are signed and the signature covers what the other side sees.
 */
export function judgeBaseUrl(text: string, what: string, allowInsecure: boolean): Judged {
  const url = httpUrl(text)
  if (!url) return problem(`must be ${what}`)
  if (url.username || url.password) return problem(userInfo)
  if (/[?#]/.test(text)) return problem('must be without ? and #: paths are appended to it')
  const path = url.pathname.replace(/\/+$/, '')
  if (path.includes('//')) return problem('must be without empty parts (//) in its path')
  if (!allowInsecure && isOpenHttp(url)) return problem(insecure)
  return { value: url.origin + path }
}

/** A URL of the shop that webhooks are posted to; it may contain a user name, a password and a query. */
export function judgeHookUrl(text: string, allowInsecure: boolean): Judged {
  const url = httpUrl(text)
  if (!url) return problem('must be an http(s) URL')
  if (text.includes('#')) return problem('must be without #: what follows is never sent')
  if (!allowInsecure && isOpenHttp(url)) return problem(insecure)
  try {
    targetOf(url.href)
  } catch {
    return problem(
      'holds a user name or password that cannot be sent: write % and : in them as %25 and %3A, and no : in the name',
    )
  }
  return { value: url.href }
}

/** [RFC 6454] an origin as browsers send it. */
export function judgeOrigin(text: string, allowInsecure: boolean): Judged {
  const example = 'must list origins such as https://www.shop.is'
  if (text === 'null') return problem(`${example}: null is any page without an origin`)
  if (text.includes('*')) return problem(`${example} one by one: * is not understood`)
  if (!/^https?:\/\//i.test(text)) return problem(`${example}, each beginning with https://`)
  const url = httpUrl(text)
  if (!url) return problem(example)
  if (url.username || url.password) return problem(`${example}, without a user name and password`)
  if (url.pathname !== '/' || /[?#]/.test(text)) return problem(`${example}, without a path`)
  if (!allowInsecure && isOpenHttp(url)) return problem(insecure)
  return { value: url.origin }
}

/** What a server can listen on: an IP address, or a host name. */
export function judgeHost(text: string): Judged {
  const host = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host)) return { value: host }
  const isName =
    /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i
  if (isName.test(host) && !/^[\d.]+$/.test(host)) return { value: host }
  return problem('must be an address of this machine or its name, such as 0.0.0.0, without a port')
}

const databaseForm = 'must be file:PATH or postgres://HOST/NAME'

/** `file:PATH`, with the path as the file system understands it. */
export function judgeDatabase(text: string): Judged {
  if (/^postgres(?:ql)?:/.test(text)) return judgePostgres(text)
  if (!text.startsWith('file:')) return problem(databaseForm)
  // SQLite would read these as parameters; a file of that name would be a surprise.
  if (/[?#]/.test(text)) return problem(`${databaseForm}, without ? and #: no parameters are taken`)
  const path = pathOf(text)
  if (path === null)
    return problem(`${databaseForm} without %, or file:///PATH: no file of another machine`)
  if (path === ':memory:') return { value: 'file::memory:' }
  if (path === '' || path.endsWith('/') || /(?:^|\/)\.\.?$/.test(path))
    return problem(`${databaseForm}, with the name of a file`)
  if (/^~(?:\/|$)/.test(path))
    return problem(`${databaseForm}: ~ is not expanded, write the whole path`)
  return judgePlace(targetOfLink(path))
}

function judgePostgres(text: string): Judged {
  const url = parse(text)
  if (!url || !/^postgres(?:ql)?:\/\//.test(text))
    return problem('must be postgres://USER:PASSWORD@HOST/NAME, with special characters encoded')
  if (url.hostname === '' && !url.searchParams.has('host'))
    return problem('must name the host: postgres://HOST/NAME')
  if (!/^\/[^/]+$/.test(url.pathname))
    return problem('must name the database: postgres://HOST/NAME')
  return judgeParameters(url.searchParams) ?? { value: text }
}

/** The driver passes over any other without a word, a mistyped `sslmode` as well, and then the password goes out in the clear. */
const postgresParameters = [
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'ssl', 'uselibpqcompat'],
  ...['host', 'port', 'user', 'password', 'options', 'application_name'],
]
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']

/** Null: nothing is wrong with them. */
function judgeParameters(parameters: URLSearchParams): Judged | null {
  const names = [...parameters.keys()]
  const isKnown = names.every((name) => postgresParameters.includes(name))
  if (!isKnown || new Set(names).size < names.length)
    return problem(`may hold these parameters alone, each once: ${postgresParameters.join(', ')}`)
  if (!/^(?:\d+)?$/.test(parameters.get('port') ?? ''))
    return problem('has a port that is no number')
  const mode = parameters.get('sslmode')
  if (mode !== null && !sslModes.includes(mode))
    return problem(`has an sslmode other than ${sslModes.join(', ')}`)
  return judgeFiles(parameters)
}

/** The driver reads these files on the main thread: a pipe that nobody writes to would hold it forever. */
function judgeFiles(parameters: URLSearchParams): Judged | null {
  const names = ['sslrootcert', 'sslcert', 'sslkey']
  const wrong = names.find((name) => kindOf(parameters.get(name) ?? '') === 'other')
  return wrong ? problem(`has an ${wrong} that names no regular file`) : null
}

/** A path where a database is, or can be created. */
function judgePlace(path: string): Judged {
  const what = kindOf(path)
  if (what === 'unknown') return problem('names a file that cannot be looked at')
  if (what === 'other') return problem('names a folder or a device, not a file')
  for (let above = dirname(path); ; above = dirname(above)) {
    const kind = kindOf(above)
    if (kind === 'file') return problem('names a file below another file')
    if (kind !== 'none' || above === dirname(above)) return { value: `file:${path}` }
  }
}

/** [sqlite] The log lies beside the file and not beside a link to it: the lock, the key and backups must be of the same file. */
function targetOfLink(link: string): string {
  let path = link
  // [linux] 40 links are followed, no more.
  for (let links = 0; links < 40; links++) {
    try {
      path = resolve(realpathSync(dirname(path)), readlinkSync(path))
    } catch {
      // It is no link, or leads to nothing.
      return path
    }
  }
  return link
}

/** Null: a file of another machine, or no path at all. */
function pathOf(text: string): string | null {
  if (!text.startsWith('file://')) {
    const path = text.slice('file:'.length)
    // In a URL it would encode another character, in a path it stands for itself: this is ambiguous.
    return path.includes('%') ? null : path
  }
  const url = parse(text)
  try {
    return url?.hostname === '' ? fileURLToPath(url) : null
  } catch {
    return null
  }
}

function kindOf(path: string): 'file' | 'other' | 'none' | 'unknown' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return 'none'
    return stat.isFile() ? 'file' : 'other'
  } catch (error) {
    // [posix] ENOTDIR: a parent is a file.
    return error instanceof Error && 'code' in error && error.code === 'ENOTDIR'
      ? 'none'
      : 'unknown'
  }
}
