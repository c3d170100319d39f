/** `npm run test:container`: builds the image without a container engine, and runs what comes out. See docs/operations/containers.md. */
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import { merchantKey, secretKey } from '../support/test-server.ts'
import { environmentOf, listOf } from './dockerfile.ts'
import { build } from './image.ts'
import type { Image } from './image.ts'

const isRoot = process.getuid?.() === 0
/** Under root, "nobody": a user who owns nothing on this machine. */
const user = isRoot ? { uid: 65_534, gid: 65_534 } : undefined
const say = (line: string) => void process.stdout.write(`${line}\n`)

const folder = mkdtempSync(join(tmpdir(), 'container-'))
try {
  chmodSync(folder, 0o755)
  if (user) lchownSync(folder, user.uid, user.gid)
  say(user ? `As user ${user.uid}:` : 'As this user; run it as root to have another one:')
  const image = build({ context: join(import.meta.dirname, '../..'), folder, user, say })
  checkContent(image)
  await checkServer(image)
  say('The image serves.')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function check(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`Not so: ${what}`)
  say(`✔ ${what}`)
}

function checkContent({ root }: Image): void {
  const top = readdirSync(join(root, 'app')).sort()
  check('the application is the server and its packages', top.join() === 'node_modules,server')
  const packages = readdirSync(join(root, 'app/node_modules'))
  const tools = ['typescript', 'vite', 'vitest', 'lit', 'esbuild', 'puppeteer-core']
  check('no tool came along', !tools.some((name) => packages.includes(name)))
  const sources = readdirSync(join(root, 'app/server'), { recursive: true, encoding: 'utf8' })
  check('no source came along', !sources.some((name) => /(?<!\.d)\.ts$/.test(name)))
}

/** Everything but the volume belongs to another user and cannot be written to. */
function makeReadOnly(root: string, volume: string): void {
  for (const name of ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
    const path = join(root, name)
    if (path === volume) continue
    if (isRoot) lchownSync(path, 0, 0)
    const stat = lstatSync(path)
    if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() ? 0o555 : 0o444)
  }
}

async function checkServer({ root, stage, workdir }: Image): Promise<void> {
  const volume = join(root, stage.steps.find(({ name }) => name === 'VOLUME')?.text ?? '')
  mkdirSync(volume, { recursive: true })
  makeReadOnly(root, volume)
  const port = String(await freePort())
  const set = environmentOf(stage)
  const env = {
    ...{ PATH: process.env['PATH'], ...set, PORT: port },
    // The folder that stands for the root of the image is not the root of this machine.
    DATABASE_URL: set['DATABASE_URL']?.replace('file:/', `file:${root}/`),
    NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
    NETGIRO_SECRET_KEY: secretKey,
    NETGIRO_API_URL: 'https://api.test.netgiro.is/v1',
    PUBLIC_URL: 'https://pay.shop.example',
    ALLOWED_ORIGINS: 'https://shop.example',
    MERCHANT_API_KEY: merchantKey,
    MERCHANT_NAME: 'Ullarbúðin',
  }
  const options = { ...user, cwd: join(root, workdir), env }
  const [command = '', ...args] = [...listOf(stage, 'ENTRYPOINT'), ...listOf(stage, 'CMD')]
  const server = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve))
  try {
    const isUp = await answers(`http://127.0.0.1:${port}/healthz`, ended)
    check('/healthz answers 200', isUp)
    check('/readyz answers 200', await answers(`http://127.0.0.1:${port}/readyz`, ended))
    check(
      'the element is served',
      await answers(`http://127.0.0.1:${port}/netgiro-checkout.js`, ended),
    )
    const [probe = '', ...rest] = listOf(stage, 'HEALTHCHECK')
    check('the health check passes', spawnSync(probe, rest, options).status === 0)
    const elsewhere = { ...options, env: { ...env, PORT: '1' } }
    check('the health check fails without a server', spawnSync(probe, rest, elsewhere).status === 1)
    check('the database is in the volume', existsSync(join(volume, 'checkout.db')))
    const touched = spawnSync('touch', [join(root, 'app/server/x')], options).status
    check('the application cannot be written to', touched !== 0)
  } finally {
    server.kill('SIGTERM')
  }
  check('it ends with 0 on SIGTERM', (await ended) === 0)
}

/** Asks until there is an answer of 200; false once the server has ended, or after a minute. */
async function answers(url: string, ended: Promise<unknown>): Promise<boolean> {
  let isOver = false as boolean
  void ended.then(() => (isOver = true))
  for (const deadline = Date.now() + 60_000; !isOver && Date.now() < deadline;) {
    const isOk = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isOk) return true
    await new Promise((resolve) => setImmediate(resolve))
  }
  return false
}
