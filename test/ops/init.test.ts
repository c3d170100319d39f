import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { UsageError } from '../../server/cli/command.ts'
import { withEnvFile } from '../../server/cli/env-file.ts'
import { initIn } from '../../server/cli/init.ts'
import { ConfigError, readConfig } from '../../server/config.ts'
import { stopTimeoutMs } from '../../server/core/attempts/attempt-queue.ts'
import { run } from './run-cli.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
})
const file = (name: string) => readFileSync(join(folder, name), 'utf8')
const settings = () => parseEnv(file('.env'))

const flags = [
  ...['--netgiro', 'test', '--name', 'Ullarbúðin & synir', '--shop', 'https://www.shop.is/karfa'],
  ...['--public-url', 'https://pay.shop.is'],
]
const init = (args: readonly string[] = flags, env = {}) => run(initIn(folder, null), env, args)

describe('init', () => {
  it('writes settings that the server accepts, for the owner alone', async () => {
    const { code, text } = await init()
    expect(code).toBe(0)
    expect(readConfig(settings())).toMatchObject({
      ...{ merchantName: 'Ullarbúðin & synir', publicUrl: 'https://pay.shop.is' },
      allowedOrigins: new Set(['https://www.shop.is']),
      webhook: { url: 'https://www.shop.is/karfa/webhooks/netgiro' },
    })
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600)
    expect(text).toContain('src="https://pay.shop.is/netgiro-checkout.js"')
    expect(text).toContain('doctor --env-file .env')
  })

  it('lets payments of the simulator be refunded, and leaves the partner API of other accounts to its owner', async () => {
    await init(['--netgiro', 'simulator', '--name', 'Ullarbúðin'])
    expect(readConfig(settings()).netgiro).toMatchObject({
      partnerApiUrl: 'http://127.0.0.1:4010/partner',
    })
    folder = mkdtempSync(join(tmpdir(), 'init-'))
    await init()
    expect(settings()).not.toHaveProperty('NETGIRO_PARTNER_API_URL')
  })

  it('makes keys that are new every time, and prints none of them', async () => {
    const secrets = ['MERCHANT_API_KEY', 'WEBHOOK_SECRET', 'ADMIN_TOKEN']
    const { text } = await init()
    const first = settings()
    folder = mkdtempSync(join(tmpdir(), 'init-'))
    await init()
    for (const name of secrets) {
      expect(first[name]).not.toBe(settings()[name])
      expect(text).not.toContain(first[name])
    }
  })

  it.each(['.env', 'docker-compose.yml'])('writes nothing if %s is there already', async (name) => {
    writeFileSync(join(folder, name), 'mine')
    await expect(init([...flags, '--compose'])).rejects.toThrow(`${name} is there already`)
    expect(readdirSync(folder)).toEqual([name])
    expect(file(name)).toBe('mine')
  })

  it('names the setting that a file cannot hold, and not its value, which may be a secret', async () => {
    const secret = `canary"0x7q2m9w4k1'h3v8z5n6d0`
    const args = [...flags, '--netgiro', 'production', '--webhook-url', 'https://www.shop.is/w']
    const env = { NETGIRO_APP_ID: randomUUID(), NETGIRO_SECRET_KEY: secret }
    const error: unknown = await init(args, env).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toContain('NETGIRO_SECRET_KEY')
    expect((error as UsageError).message).not.toContain('canary')
  })

  it('names every flag that is missing where nobody can be asked', async () => {
    await expect(init(['--netgiro', 'test'])).rejects.toThrow(
      new UsageError('init needs --name, --shop, --public-url, --webhook-url.'),
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('says which proxy to trust, but not to who only tries it with the simulator', async () => {
    const proxy = 'add to .env: TRUSTED_PROXIES=127.0.0.1'
    expect((await init()).text).toContain(proxy)
    folder = mkdtempSync(join(tmpdir(), 'init-'))
    expect((await init(['--name', 'Ullarbúðin'])).text).not.toContain(proxy)
  })

  it('needs only a name for the simulator', async () => {
    await init(['--name', 'Ullarbúðin'])
    expect(settings()).toMatchObject({
      NETGIRO_API_URL: 'http://127.0.0.1:4010/v1',
      PUBLIC_URL: 'http://127.0.0.1:8787',
    })
    expect(readConfig(settings()).netgiro.apiUrl).toBe('http://127.0.0.1:4010/v1')
  })

  it('ends quietly and writes nothing when its questions are left by Ctrl-C or Ctrl-D', async () => {
    // [node] what a question of the terminal is then rejected with.
    const abort = Object.assign(new Error('Aborted with Ctrl+C'), {
      ...{ name: 'AbortError', code: 'ABORT_ERR' },
    })
    const { code, text } = await run(
      initIn(folder, () => Promise.reject(abort)),
      {},
    )
    expect({ code, text: text.trim() }).toEqual({ code: 130, text: 'Nothing was written.' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('asks for what no flag tells, and takes an empty line as the usual answer', async () => {
    const asked: string[] = []
    const answers = ['', 'Ullarbúðin', 'http://localhost:3000', '', '']
    const ask = (question: string) => {
      asked.push(question)
      return Promise.resolve(answers[asked.length - 1] ?? '')
    }
    await run(initIn(folder, ask), {})
    expect(asked).toHaveLength(5)
    expect(settings()).toMatchObject({
      ALLOWED_ORIGINS: 'http://localhost:3000',
      WEBHOOK_URL: 'http://localhost:3000/webhooks/netgiro',
    })
  })

  it.each([
    ['--public-url', 'http://pay.shop.is', 'PUBLIC_URL'],
    ['--webhook-url', 'nowhere', 'WEBHOOK_URL'],
    ['--shop', 'shop', 'ALLOWED_ORIGINS'],
  ])(
    'refuses what the server would refuse, and writes nothing: %s %s',
    async (name, value, named) => {
      const args = [...flags, '--webhook-url', 'https://www.shop.is/w', name, value]
      const error: unknown = await init(args).catch((problem: unknown) => problem)
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as ConfigError).problems.join()).toContain(named)
      expect(existsSync(join(folder, '.env'))).toBe(false)
    },
  )

  it('takes the account of a merchant from the environment, or says what to fill in', async () => {
    const production = [...flags, '--netgiro', 'production']
    const { text } = await init(production)
    expect(text).toContain('Fill in by hand: NETGIRO_APP_ID, NETGIRO_SECRET_KEY')
    folder = mkdtempSync(join(tmpdir(), 'init-'))
    const account = { NETGIRO_APP_ID: 'app-of-the-shop', NETGIRO_SECRET_KEY: 'k3y+of/the=shop' }
    const { text: complete } = await init(production, account)
    expect(complete).not.toContain('Fill in')
    expect(complete).not.toContain('k3y')
    expect(settings()).toMatchObject({ ...account, NETGIRO_API_URL: 'https://api.netgiro.is/v1' })
  })

  it.each(["Jón's búð", 'Búðin "Ull" $HOME', 'Ull # og prjón'])(
    'writes the name %s as Node reads it back',
    async (name) => {
      await init([...flags, '--name', name])
      expect(settings()['MERCHANT_NAME']).toBe(name)
    },
  )

  it('leaves to the systemd unit what that sets: systemd would let the file of settings win', async () => {
    const { text } = await init([...flags, '--systemd'])
    const unit = file('netgiro-checkout.service')
    const set = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name, value]) => [
      name,
      value,
    ])
    expect(set).toEqual([['DATABASE_URL', 'file:/var/lib/netgiro-checkout/checkout.db']])
    for (const [name = ''] of set) expect(settings()).not.toHaveProperty(name)
    // Commands on the machine are not run by the unit.
    expect(text).toContain('export DATABASE_URL=file:/var/lib/netgiro-checkout/checkout.db')
    expect(readConfig(settings()).databaseUrl).toBe('file:./data/checkout.db')
  })

  it('writes a Compose file and a systemd unit on request', async () => {
    const { text } = await init([...flags, '--compose', '--systemd'])
    const { version } = JSON.parse(readFileSync('server/package.json', 'utf8')) as {
      readonly version: string
    }
    expect(file('docker-compose.yml')).toContain(`netgiro-checkout-server@${version}`)
    expect(file('netgiro-checkout.service')).toContain(`EnvironmentFile=${folder}/.env`)
    expect(file('netgiro-checkout.service')).toMatch(/^ExecStart=\/.+ serve$/m)
    expect(text).toContain('docker compose up')
    expect(text).toContain('systemctl enable --now netgiro-checkout')
    // Where nothing else may be written, SQLite still needs a place to sort.
    expect(file('docker-compose.yml')).toMatch(/read_only: true[^]*tmpfs: \['\/tmp/)
    // The calls to the provider, and the last writes.
    const maxStopSeconds = stopTimeoutMs / 1_000 + 10
    const waits = [
      /stop_grace_period: (\d+)s/.exec(file('docker-compose.yml')),
      /TimeoutStopSec=(\d+)s/.exec(file('netgiro-checkout.service')),
    ]
    for (const wait of waits) expect(Number(wait?.[1])).toBeGreaterThanOrEqual(maxStopSeconds)
  })
})

describe('init --systemd', () => {
  it('writes paths as systemd reads them back', async () => {
    folder = mkdtempSync(join(tmpdir(), 'init 100%-'))
    const node = `${folder}/node "24"`
    await run(initIn(folder, null, node), {}, [...flags, '--systemd'])
    const unit = file('netgiro-checkout.service')
    const doubled = folder.replaceAll('%', '%%')
    expect(unit).toContain(`EnvironmentFile=${doubled}/.env\n`)
    const script = `${doubled}/node_modules/netgiro-checkout-server/bin/netgiro-checkout.js`
    expect(unit).toContain(`ExecStart="${doubled}/node \\"24\\"" "${script}" serve\n`)
  })

  it.each([
    ['/home/anna/.nvm/versions/node/v24.0.0/bin/node', true],
    ['/root/.local/bin/node', true],
    ['/usr/bin/node', false],
    ['/opt/home/node', false],
  ])('says whether the service may not run %s: %s', async (node, isSaid) => {
    const { text } = await run(initIn(folder, null, node), {}, [...flags, '--systemd'])
    expect(text.includes(`cannot use ${node}`)).toBe(isSaid)
    expect(text.includes('/opt/netgiro-checkout')).toBe(isSaid)
  })
})

describe('init --compose', () => {
  interface Compose {
    readonly services: Readonly<
      Record<
        string,
        {
          readonly environment: Readonly<Record<string, string>>
          readonly ports: readonly string[]
          readonly healthcheck?: { readonly test: readonly string[] }
        }
      >
    >
  }
  const compose = () => parse(file('docker-compose.yml')) as Compose
  const service = () => compose().services['netgiro-checkout']

  it.each([
    ['NETGIRO_API_URL, WEBHOOK_URL', ['--name', 'Ullarbúðin']],
    ['WEBHOOK_URL', [...flags, '--webhook-url', 'http://localhost:8080/webhooks/netgiro']],
  ])('writes nothing where the container would take itself for %s', async (names, args) => {
    const error: unknown = await init([...args, '--compose']).catch((problem: unknown) => problem)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toContain(`would look for ${names} inside itself`)
    expect((error as UsageError).message).toContain('npx netgiro-checkout serve')
    expect(readdirSync(folder)).toEqual([])
  })

  it('trusts the reverse proxy on this machine, which Docker passes on from its gateway', async () => {
    await init([...flags, '--compose'])
    const { environment, ports } = service() ?? {}
    const { trustedProxies } = readConfig({ ...settings(), ...environment })
    // The gateways of the networks that Docker makes by itself: 172.17.0.0/16 to 172.31.0.0/16.
    for (const gateway of ['172.17.0.1', '172.31.0.1'])
      expect(trustedProxies.includes(gateway)).toBe(true)
    for (const other of ['172.32.0.1', '127.0.0.1', '10.0.0.1'])
      expect(trustedProxies.includes(other)).toBe(false)
    // Nothing on another machine comes in through the gateway.
    expect(ports).toEqual(['127.0.0.1:8787:8787'])
  })

  it('asks the health of the server as the image of the repository does', async () => {
    await init([...flags, '--compose'])
    const { test: probe = [] } = service()?.healthcheck ?? {}
    const [, image = ''] =
      /HEALTHCHECK .*?(\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? []
    const [, , asked = ''] = JSON.parse(image) as string[]
    expect(probe).toEqual([
      ...['CMD', 'node', '-e'],
      asked.replaceAll('`', "'").replace('${process.env.PORT}', '8787'),
    ])
  })
})

describe('--env-file', () => {
  it('adds the settings of a file, and what is set already wins', async () => {
    await init(['--name', 'Ullarbúðin'])
    const env = { PUBLIC_URL: 'http://127.0.0.1:1' }
    const args = ['--since', '2026-11-20', '--env-file', join(folder, '.env')]
    expect(withEnvFile(args, env)).toEqual(['--since', '2026-11-20'])
    expect(env).toMatchObject({ MERCHANT_NAME: 'Ullarbúðin', PUBLIC_URL: 'http://127.0.0.1:1' })
  })

  it.each([['--env-file'], ['--env-file='], ['--env-file=/nowhere/.env']])(
    'refuses %s',
    (...args) => {
      expect(() => withEnvFile(args, {})).toThrow(UsageError)
    },
  )
})
