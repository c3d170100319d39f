import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { canPin } from './machine.ts'
import type { Response, Commands, Request } from './rpc-child.ts'

/** A child process that runs commands for us; it ends when this process ends, however that happens. */
export interface Child<C extends Commands> {
  readonly pid: number
  ask<K extends keyof C & string>(
    command: K,
    ...input: Parameters<C[K]>
  ): Promise<Awaited<ReturnType<C[K]>>>
  stop(): Promise<void>
}

export interface ChildOptions {
  /** The server under test has a core to itself; the simulated clients and provider share the other. */
  readonly core: 'server' | 'clients'
  /** Where to leave a CPU profile. */
  readonly profile?: string | undefined
  /** Node's own options. */
  readonly flags?: readonly string[]
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (why: Error) => void
}

/** No command takes this long unless it hangs: the longest writes 60,000 checkouts to PostgreSQL. */
const timeoutMs = 600_000
const stopTimeoutMs = 10_000

/** `file` is the compiled entry, e.g. `test/bench/streams/ours.js`. */
export async function startChild<C extends Commands>(
  folder: string,
  file: string,
  { core, profile, flags = [] }: ChildOptions,
): Promise<Child<C>> {
  const node = [process.execPath, '--expose-gc', ...flags]
  if (profile) node.push('--cpu-prof', `--cpu-prof-dir=${profile}`)
  const pin = canPin ? ['taskset', '-c', core === 'server' ? '0' : '1'] : []
  const [program = process.execPath, ...parameters]: string[] = [
    ...pin,
    ...node,
    join(folder, file),
  ]
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  })

  let numbers = 0
  const waiting = new Map<number, Waiting>()
  const expect = (number: number) =>
    new Promise<unknown>((resolve, reject) => {
      const give = () => waiting.get(number)?.reject(new Error(`${file} does not answer`))
      const timer = setTimeout(give, timeoutMs)
      const settle = () => {
        clearTimeout(timer)
        waiting.delete(number)
      }
      waiting.set(number, {
        resolve(result) {
          settle()
          resolve(result)
        },
        reject(why) {
          settle()
          reject(why)
        },
      })
    })
  child.on('message', (message) => {
    const { number, result, error } = message as Response
    if (error === undefined) waiting.get(number)?.resolve(result)
    else waiting.get(number)?.reject(new Error(`${file}: ${error}`))
  })
  const ended = once(child, 'exit')
  child.once('exit', (code, signal) => {
    const why = new Error(`${file} ended (${signal ?? code ?? 'no code'})`)
    for (const { reject } of [...waiting.values()]) reject(why)
  })

  await expect(0)
  return {
    pid: child.pid ?? 0,
    ask(command, ...[input]) {
      const number = ++numbers
      const answer = expect(number)
      child.send({ number, command, input } satisfies Request)
      return answer as Promise<Awaited<ReturnType<C[typeof command]>>>
    },
    async stop() {
      if (child.connected) child.disconnect()
      const cut = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
      await ended
      clearTimeout(cut)
    },
  }
}
