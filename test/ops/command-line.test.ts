import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../server/cli/commands.ts'
import { environmentFile } from '../../server/cli/init/files.ts'
import { settingsOf } from '../../server/cli/init/settings.ts'
import { help } from '../../server/cli/help.ts'
import { bundleCommand } from '../support/bundle.ts'
import { run } from './run-cli.ts'

const settings = settingsOf(
  {
    netgiro: 'simulator',
    name: 'Ullarbúðin',
    shop: 'http://localhost:1',
    'public-url': 'http://127.0.0.1:1',
    'webhook-url': 'http://localhost:1/webhooks',
  },
  {},
)

let script: string
let folder: string
beforeAll(async () => {
  script = await bundleCommand()
  folder = mkdtempSync(join(tmpdir(), 'command-line-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs `netgiro-checkout` as an operator does, without settings in the environment. */
async function netgiroCheckout(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (printed[name] += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...printed }
}

describe('the help', () => {
  it.each([['--help'], ['-h'], ['help'], []])('lists the commands for %s', async (...args) => {
    const { code, stdout } = await netgiroCheckout(...args)
    expect(code).toBe(0)
    for (const name of Object.keys(commands)) expect(stdout).toContain(`\n  ${name}`)
  })

  it.each([
    ['refund', '--help'],
    ['refund', 'chk_1', '-h'],
    ['help', 'refund'],
    ['--help', 'refund'],
  ])('explains one command for %s %s', async (...args) => {
    const { code, stdout } = await netgiroCheckout(...args)
    expect(stdout).toMatch(/^netgiro-checkout refund <checkout-id> .*\n {4}close by hand .*\n$/)
    expect(code).toBe(0)
  })

  it('explains every command', async () => {
    for (const name of Object.keys(commands))
      expect((await run(help, {}, [name])).text).toMatch(
        new RegExp(`^netgiro-checkout ${name}\\b.*\n {4}\\w`),
      )
  })
})

describe('wrong arguments', () => {
  it('wrong arguments are answered with the usage of that command alone', async () => {
    const { code, stdout, stderr } = await netgiroCheckout('backup')
    expect(stderr).toMatch(/^backup takes .*\n\nnetgiro-checkout backup <file>\n {4}/)
    expect(stderr.split('\n').length).toBeLessThan(9)
    expect([code, stdout]).toEqual([2, ''])
  })

  it.each([
    ['doktor', 'doctor'],
    ['server', 'serve'],
    ['Backup', 'backup'],
  ])('the unknown command %s is answered with the one that was meant, %s', async (given, meant) => {
    const { code, stderr } = await netgiroCheckout(given)
    expect(stderr).toContain(`Unknown command ${given}. Did you mean ${meant}?`)
    expect(code).toBe(2)
  })

  it('an unknown command that resembles none is not guessed at', async () => {
    const { stderr } = await netgiroCheckout('pay')
    expect(stderr).toMatch(/^Unknown command pay\.\n\nAll commands: netgiro-checkout help\n$/)
  })
})

describe('a file .env in the folder', () => {
  const hint = 'The file .env in this folder is not read: add --env-file .env.'

  it.each(['serve', 'doctor', 'audit'])(
    '%s names the file when --env-file was not given',
    async (name) => {
      writeFileSync(join(folder, '.env'), environmentFile(settings))
      const { code, stderr } = await netgiroCheckout(name)
      expect(stderr).toContain(hint)
      expect(code).toBe(1)
    },
  )

  it('the file is not named when it was given, or is not needed', async () => {
    writeFileSync(join(folder, '.env'), 'PUBLIC_URL=http://127.0.0.1:1')
    expect((await netgiroCheckout('audit', '--env-file', '.env')).stderr).not.toContain(hint)
    expect((await netgiroCheckout('help')).stderr).toBe('')
  })
})

describe('a file of settings', () => {
  const text = environmentFile({ ...settings, DATABASE_URL: 'x' })

  it.each([
    ['has a byte order mark', `\ufeff${text.replace(/^#.*\n/, '')}`],
    ['has the line ends of Windows', text.replaceAll('\n', '\r\n')],
  ])('a file of settings is read in full when it %s', async (_, content) => {
    writeFileSync(join(folder, 'windows'), content)
    const { code, stderr } = await netgiroCheckout('audit', '--env-file', 'windows')
    expect(stderr).toMatch(/^Invalid configuration:\n {2}- DATABASE_URL must be [^\n]*\n$/)
    expect(code).toBe(1)
  })

  it('a file of settings in another encoding is refused, and the encoding to use is named', async () => {
    writeFileSync(join(folder, 'utf-16'), Buffer.from(`\ufeff${text}`, 'utf16le'))
    const { code, stderr } = await netgiroCheckout('audit', '--env-file', 'utf-16')
    expect(stderr).toMatch(/^utf-16 is not UTF-8 text: save it as UTF-8\.\n/)
    expect(code).toBe(2)
  })
})

it('names the database file that it does not find, in full', async () => {
  writeFileSync(
    join(folder, 'settings'),
    environmentFile({ ...settings, DATABASE_URL: 'file:./gone.db' }),
  )
  const { code, stderr } = await netgiroCheckout('audit', '--env-file', 'settings')
  expect(stderr).toContain(`DATABASE_URL names ${join(folder, 'gone.db')}, which does not exist.`)
  expect(code).toBe(2)
})
