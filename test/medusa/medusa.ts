/** A Medusa process on a PostgreSQL of its own, and the calls of its page and of its shopkeeper. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { TestPostgres } from '../support/postgres/postgres.ts'
import { project } from './install.ts'

interface Seeded {
  readonly region: string
  readonly page: string
  readonly shopkeeper: string
  readonly variants: readonly { readonly id: string; readonly price: number }[]
  /** A variant whose price is no whole number of krónur. */
  readonly fraction: string
}

export interface Answer {
  readonly status: number
  // Medusa's answers, of which each caller reads a little.
  readonly body: Json
}

export interface Json {
  readonly [key: string]: Json
}

export class Medusa {
  readonly #env: NodeJS.ProcessEnv
  readonly #postgres: TestPostgres
  #process: ChildProcess | null = null
  #url: Promise<string>
  /** Whether the process is being replaced: a call that fails meanwhile is repeated. */
  #isDown = false
  #seeded: Seeded | null = null

  private constructor(postgres: TestPostgres, env: NodeJS.ProcessEnv) {
    this.#postgres = postgres
    this.#env = env
    this.#url = this.#boot('--seed')
  }

  /** @param settings - of the provider */
  static async start(settings: Readonly<Record<string, string>>): Promise<Medusa> {
    const postgres = await TestPostgres.start()
    const env = {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production' },
      ...{ DATABASE_URL: await postgres.newDatabase(), MEDUSA_DISABLE_TELEMETRY: 'true' },
      ...{ LOG_LEVEL: process.env['MEDUSA_LOG_LEVEL'] ?? 'silent', NODE_NO_WARNINGS: '1' },
      ...settings,
    }
    const migrate = ['node_modules/@medusajs/cli/cli.js', 'db:migrate', '--skip-scripts']
    const { status, stderr } = spawnSync(process.execPath, migrate, {
      ...{ cwd: project, env, encoding: 'utf8' },
    })
    if (status !== 0) throw new Error(`Medusa's migrations failed: ${stderr}`)
    const medusa = new Medusa(postgres, env)
    await medusa.#url
    return medusa
  }

  get shop(): Seeded {
    if (!this.#seeded) throw new Error('Medusa has not started')
    return this.#seeded
  }

  /** Ends the process at once, as a machine that fails does, and starts another one. */
  async crash(): Promise<void> {
    await this.#end('SIGKILL')
    this.#url = this.#boot()
    await this.#url
    this.#isDown = false
  }

  async stop(): Promise<void> {
    await this.#end('SIGKILL')
    await this.#postgres.stop()
  }

  /** A call of the page. */
  store(method: string, path: string, body?: object): Promise<Answer> {
    return this.#call(method, `/store${path}`, { 'x-publishable-api-key': this.shop.page }, body)
  }

  /** A call of the shopkeeper. */
  admin(method: string, path: string, body?: object): Promise<Answer> {
    const authorization = `Basic ${Buffer.from(`${this.shop.shopkeeper}:`).toString('base64')}`
    return this.#call(method, `/admin${path}`, { authorization }, body)
  }

  /** Delivers a webhook to a route. @returns the status, or 0 where no answer came */
  async deliver(path: string, body: string, headers: Record<string, string>): Promise<number> {
    try {
      const type = { 'content-type': 'application/json' }
      const url = `${await this.#url}${path}`
      const response = await fetch(url, { method: 'POST', body, headers: { ...headers, ...type } })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }

  async #call(method: string, path: string, headers: Record<string, string>, body?: object) {
    for (;;) {
      try {
        const response = await fetch(`${await this.#url}${path}`, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        })
        const type = response.headers.get('content-type') ?? ''
        const text = await response.text()
        if (text && !type.startsWith('application/json'))
          throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
        return { status: response.status, body: (text ? JSON.parse(text) : {}) as Json }
      } catch (error) {
        if (!this.#isDown) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  #boot(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, ['serve.js', ...args], {
      ...{ cwd: project, env: this.#env, stdio: ['pipe', 'pipe', 'inherit'] },
    })
    this.#process = child
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`Medusa ended with ${code}`)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.startsWith('{"port"')) return
        const { port, ...seeded } = JSON.parse(line) as Seeded & { port: number }
        this.#seeded ??= seeded
        resolve(`http://127.0.0.1:${port}`)
      })
    })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null) return
    this.#isDown = true
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
}
