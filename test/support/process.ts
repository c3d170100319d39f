import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Simulator } from '../../demo/simulator/simulator.ts'
import { bundleServer } from './bundle.ts'
import { merchantKey, secretKey } from './test-server.ts'

/** The settings of a server with a database of its own. */
export const settingsFor = (simulator: Simulator) => ({
  NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  NETGIRO_SECRET_KEY: secretKey,
  NETGIRO_API_URL: simulator.apiUrl,
  PUBLIC_URL: 'http://127.0.0.1:1',
  PORT: '0',
  ALLOWED_ORIGINS: 'https://shop.example',
  MERCHANT_API_KEY: merchantKey,
  MERCHANT_NAME: 'Ullarbúðin',
  DATABASE_URL: `file:${join(mkdtempSync(join(tmpdir(), 'process-')), 'checkout.db')}`,
})

/** The server as a process of its own. `ready` resolves to its URL. */
export async function runServer(env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [await bundleServer()], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  /** Resolves when the output matches. */
  const says = (words: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = words.exec(text)
        if (found) resolve(found)
      }
      for (const output of [child.stdout, child.stderr]) output?.on('data', look)
      void ended.then(() => reject(new Error(text)))
    })
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ready = says(/"url":"([^"]+)"/).then(([, url = '']) => url)
  ready.catch(() => {})
  return { child, ended, ready, says, said: () => text }
}
