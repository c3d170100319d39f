import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))
let built: Promise<string> | null = null

/** The server as one plain file, made once: a process that is killed often must start quickly. */
export function bundle(): Promise<string> {
  return (built ??= make())
}

async function make(): Promise<string> {
  // Below node_modules, so that what is not bundled is found from there.
  const outDir = join(root, 'node_modules/.cache/money', String(process.pid))
  const ssr = join(root, 'server/main.ts')
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  const output = { entryFileNames: 'main.js' }
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr, outDir, emptyOutDir: true, minify: false, rolldownOptions: { output } },
  })
  return join(outDir, 'main.js')
}

/** The server as a process of its own. */
export class Child {
  readonly #process: ChildProcess
  /** Resolves when it is gone. */
  readonly gone: Promise<void>
  isGone = false
  readonly ready: Promise<string>

  constructor(script: string, env: Record<string, string>) {
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    this.gone = new Promise((resolve) => {
      child.once('exit', () => {
        this.isGone = true
        resolve()
      })
    })
    this.ready = new Promise((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        const entry = JSON.parse(line) as { msg: string; url?: string }
        if (entry.msg === 'ready' && entry.url) resolve(entry.url)
      })
      child.once('exit', () => reject(new Error('the server ended before it was ready')))
    })
    this.ready.catch(() => {})
  }

  /** SIGKILL: the process cannot handle it and writes nothing more. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}
