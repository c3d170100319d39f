import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newConsumer } from './consumer.ts'
import type { Consumer } from './consumer.ts'
import { startRegistry } from './registry.ts'
import type { Registry } from './registry.ts'

let consumer: Consumer
let registry: Registry
beforeAll(async () => {
  consumer = newConsumer()
  registry = await startRegistry(consumer)
})
afterAll(async () => {
  await registry.close()
  consumer.remove()
})

const run = promisify(execFile)
const elementsCommand = () =>
  join(consumer.installed('netgiro-checkout'), 'bin/netgiro-checkout.js')

/** A folder with nothing in it, in which no package of a folder above is found. */
function emptyFolder(name: string): string {
  const folder = join(consumer.folder, 'elsewhere', name)
  mkdirSync(folder, { recursive: true })
  return folder
}

it('npx netgiro-checkout runs the command of the server where nothing is installed', async () => {
  const env = { PATH: process.env['PATH'], HOME: emptyFolder('home'), ...registry.env }
  const options = { cwd: emptyFolder('new'), env, shell: process.platform === 'win32' }
  const { stdout } = await run('npx', ['--yes', 'netgiro-checkout', 'help'], options)
  expect(stdout).toContain('netgiro-checkout <command>')
  expect(stdout).toContain('\n  demo ')
})

it('the command is the same whichever of the two packages npm links it from', async () => {
  const options = { cwd: consumer.folder, env: {} }
  const { stdout } = await run(process.execPath, [elementsCommand(), 'help'], options)
  expect(stdout).toContain('\n  serve ')
  const unknown = run(process.execPath, [elementsCommand(), 'sreve'], options)
  await expect(unknown).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Unknown command sreve'),
  })
})
