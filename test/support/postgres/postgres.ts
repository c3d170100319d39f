import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { connect, Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { Client, DatabaseError } from 'pg'
import { freePort } from '../free-port.ts'
import { bringPostgres } from './bring.ts'

const user = 'checkout'
export const password = 'a-password-of-the-tests'
/** [postgresql] the server refuses to run as root. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0
const as = isRoot ? { uid: nobody, gid: nobody } : {}

/**
 * Runs the server until its standard input closes, which happens however this process ends; what is left is removed then.
 * [postgresql] SIGQUIT: immediate shutdown, with recovery at the next start.
 */
const untilClosed = `folder=$1; shift; parent=$PPID
"$@" & server=$!
cat > /dev/null
kill -QUIT $server; wait $server
[ -d /proc/$parent ] || rm -rf "$folder"`

interface StartOptions {
  /** The folder in which its own is created. */
  readonly parent?: string
  /** Instead of our own, e.g. `fsync=on`. */
  readonly settings?: readonly string[]
}

/** A PostgreSQL server of the tests' own, or the one that TEST_DATABASE_URL names. */
export class TestPostgres {
  readonly #url: URL
  readonly #folder: string | null
  /** Where its programs are. */
  readonly #native: string
  readonly #settings: readonly string[]
  #server: ChildProcess | null = null
  #count = 0

  private constructor(
    url: URL,
    own: { folder: string; native: string } | null,
    settings: readonly string[] = [],
  ) {
    this.#url = url
    this.#settings = settings
    this.#folder = own?.folder ?? null
    this.#native = own?.native ?? ''
  }

  /** By default it writes to memory, where there is enough, and never waits for a disk. */
  static async start({ parent, settings }: StartOptions = {}): Promise<TestPostgres> {
    const given = process.env['TEST_DATABASE_URL']
    if (given) return new TestPostgres(new URL(given), null)
    const native = isRoot ? openToAll(bringPostgres()) : bringPostgres()
    const memory = '/dev/shm'
    const above = parent ?? (existsSync(memory) ? memory : '/tmp')
    const folder = mkdtempSync(join(above, 'netgiro-postgres-'))
    writeFileSync(join(folder, 'password'), password, { mode: 0o644 })
    if (isRoot) chownSync(folder, nobody, nobody)
    const options = ['-U', user, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync']
    const init = spawnSync(
      join(native, 'bin', 'initdb'),
      ['-D', join(folder, 'data'), `--pwfile=${join(folder, 'password')}`, ...options],
      { ...as, encoding: 'utf8', cwd: folder },
    )
    if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`)
    const url = new URL(`postgres://${user}:${password}@127.0.0.1:${await freePort()}/postgres`)
    const postgres = new TestPostgres(url, { folder, native }, settings)
    await postgres.restart()
    return postgres
  }

  /** Whether the server is ours to stop. */
  get isOwn(): boolean {
    return this.#folder !== null
  }

  /** The URL of a new database: an empty one, or a copy of a template that nobody is connected to. */
  async newDatabase(template = 'template1'): Promise<string> {
    const name = `test_${process.pid}_${Date.now()}_${++this.#count}`
    await this.query(`create database ${name} template ${template}`)
    return this.urlOf(name)
  }

  urlOf(database: string): string {
    const url = new URL(this.#url)
    url.pathname = `/${database}`
    return url.href
  }

  /** Runs a statement as the owner of the server, in the database of the URL. */
  async query(statement: string, url = this.#url.href): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url })
    // [pg] a connection that is lost is an event beside the failure of the query.
    client.on('error', () => {})
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(statement)
      return rows
    } finally {
      await client.end()
    }
  }

  /** Stops the server as a machine that fails does: no connection is told. */
  async kill(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (!server) return
    server.ref()
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.stdin?.end()
    await ended
  }

  /**
   * Kills a process of the server, as a machine does that has no memory left. [postgresql] the first one then ends all others, and
   * recovers what is on the disk.
   */
  async crashProcess(): Promise<void> {
    const client = new Client({ connectionString: this.#url.href })
    const ended = new Promise((resolve) => client.once('end', resolve))
    client.on('error', () => {})
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    for (const { pid } of rows) process.kill(pid, 'SIGKILL')
    await ended
    await this.#untilReady()
  }

  async restart(): Promise<void> {
    if (this.#folder === null) return
    const { port } = this.#url
    const settings = ['shared_buffers=16MB', 'listen_addresses=127.0.0.1', `port=${port}`]
    const own = [
      ...settings,
      'unix_socket_directories=',
      'fsync=off',
      'max_connections=60',
      ...this.#settings,
    ]
    const program = join(this.#native, 'bin', 'postgres')
    const options = own.flatMap((setting) => ['-c', setting])
    this.#server = spawn(
      'sh',
      [
        '-c',
        untilClosed,
        'sh',
        this.#folder,
        program,
        '-D',
        join(this.#folder, 'data'),
        ...options,
      ],
      { ...as, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
    )
    // It ends with this process, and does not keep it.
    this.#server.unref()
    if (this.#server.stdin instanceof Socket) this.#server.stdin.unref()
    while (!(await accepts(Number(port)))) await new Promise((resolve) => setTimeout(resolve, 20))
    await this.#untilReady()
  }

  async stop(): Promise<void> {
    await this.kill()
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }

  /** When the process ends, which leaves no time to wait. */
  stopNow(): void {
    this.#server?.stdin?.end()
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }

  /** While it recovers it accepts connections, and refuses them by name. */
  async #untilReady(): Promise<void> {
    for (;;) {
      try {
        await this.query('select 1')
        return
      } catch (error) {
        // [postgresql] cannot_connect_now, and crash_shutdown, which ends who was let in just before, if it is told.
        if (error instanceof DatabaseError && !/57P0[23]/.test(error.code ?? '')) throw error
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
}

/** The folder, or a copy where the user who runs the server may not look into one above it. */
function openToAll(native: string): string {
  for (let above = native; ; above = dirname(above)) {
    if ((statSync(above).mode & 0o005) !== 0o005) break
    if (above === dirname(above)) return native
  }
  const copy = mkdtempSync('/tmp/netgiro-postgres-')
  process.once('exit', () => {
    rmSync(copy, { recursive: true, force: true })
  })
  chmodSync(copy, 0o755)
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
