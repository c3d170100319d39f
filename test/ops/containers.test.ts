import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig } from '../../server/config.ts'
import { stopTimeoutMs } from '../../server/core/attempts/attempt-queue.ts'
import { settingsSchema } from '../../server/settings/table.ts'
import {
  environmentOf,
  ignoredBy,
  listOf,
  parseDockerfile,
  textOf,
} from '../container/dockerfile.ts'
import { merchantKey, startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { webhookSecret } from './shop.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const stages = parseDockerfile(read('Dockerfile'))
const image = stages.at(-1)!
const imageEnv = environmentOf(image)

type Values = Readonly<Record<string, string>>

const settings = Object.keys(settingsSchema({ allowInsecure: false }).entries)
const unknownIn = (env: Values) =>
  Object.keys(env).filter((name) => !settings.includes(name.replace(/_FILE$/, '')))

/** What the files of secrets contain. */
const secrets: Values = {
  NETGIRO_SECRET_KEY: Buffer.from('a key that belongs to no sandbox').toString('base64'),
  MERCHANT_API_KEY: merchantKey,
  WEBHOOK_SECRET: webhookSecret,
  ADMIN_TOKEN: 'admin-token-of-the-tests-0123456789',
}
const withSecrets = (env: Values): Values =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const plain = name.replace(/_FILE$/, '')
      return plain === name ? [name, value] : [plain, secrets[plain] ?? '']
    }),
  )

/** The longest that a stop of the server takes: its calls to the provider, then the last writes and spans. */
const maxStopSeconds = stopTimeoutMs / 1_000 + 10

let testServer: TestServer
beforeAll(async () => {
  testServer = await startTestServer()
})
afterAll(() => testServer.close())

describe('the Dockerfile', () => {
  it('the Dockerfile ends in a stage with the server package alone, as a user without rights', () => {
    const copied = image.steps.filter(({ name }) => name === 'COPY')
    expect(copied.map(({ flags }) => flags['from'])).not.toContain(undefined)
    for (const { text } of copied)
      expect(text).toMatch(
        /^(?:\/build\/server\/\S+ )+server\/\S*$|node_modules node_modules$|\/data$/,
      )
    expect(textOf(image, 'USER')).toBe('1000:1000')
    expect(stages.map(({ from }) => from)).toEqual(Array(3).fill('node:24-slim'))
  })

  it('installs from the lockfile, and for the last stage without tools', () => {
    const runs = stages.flatMap(({ steps }) => steps.filter(({ name }) => name === 'RUN'))
    const installs = runs
      .map(({ text }) => text)
      .filter((text) => /npm (?:ci|i|install)\b/.test(text))
    expect(installs).toEqual(['npm ci', 'npm ci --omit=dev --workspace netgiro-checkout-server'])
  })

  it('sets only settings of the server, keeps the database in the volume and asks a path that exists', async () => {
    const { NODE_ENV, ...set } = imageEnv
    expect(NODE_ENV).toBe('production')
    expect(unknownIn(set)).toEqual([])
    expect(set['DATABASE_URL']).toBe(`file:${textOf(image, 'VOLUME')!}/checkout.db`)
    expect(textOf(image, 'EXPOSE')).toBe(set['PORT'])
    const [, , probe = ''] = listOf(image, 'HEALTHCHECK')
    const [, path = ''] = /\$\{process\.env\.PORT\}(\/\w+)/.exec(probe) ?? []
    expect((await fetch(testServer.url + path)).status).toBe(200)
  })

  it('takes no secret, database or build from the folder that it is built in', () => {
    const isIgnored = ignoredBy(read('.dockerignore'))
    for (const path of [
      ...['.env', 'server/.env', 'data/checkout.db', 'checkout.db', '.git/config'],
      ...['node_modules/lit/index.js', 'server/dist/cli.js', 'test/size.ts'],
    ])
      expect([path, isIgnored(path)]).toEqual([path, true])
    for (const path of ['server/cli.ts', 'package-lock.json', 'demo/simulator/main.ts', '.npmrc'])
      expect([path, isIgnored(path)]).toEqual([path, false])
  })
})

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: Values
        readonly stop_grace_period?: string
        readonly read_only?: boolean
        readonly cap_drop?: readonly string[]
        readonly volumes: readonly string[]
        readonly secrets?: readonly string[]
        readonly networks: { readonly inside: { readonly ipv4_address: string } }
      }
    >
  >
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

/** What the settings file beside compose.yaml has to add. */
const rest: Values = {
  NETGIRO_APP_ID: '00000000-0000-0000-0000-000000000000',
  NETGIRO_API_URL: 'https://api.netgiro.is/v1',
  PUBLIC_URL: 'https://pay.shop.is',
  ALLOWED_ORIGINS: 'https://www.shop.is',
  MERCHANT_NAME: 'Ullarbúðin',
  WEBHOOK_URL: 'https://www.shop.is/webhooks',
}

describe('compose.yaml', () => {
  const compose = parse(read('docs/operations/containers/compose.yaml')) as Compose
  const { checkout, caddy } = compose.services
  const env = checkout?.environment ?? {}

  it('gives the server a valid configuration, with its secrets as files', () => {
    expect(unknownIn(env)).toEqual([])
    const config = readConfig({ ...imageEnv, ...rest, ...withSecrets(env) })
    expect(config).toMatchObject({ host: '0.0.0.0', port: 8787, metricsPort: 9464 })
    const files = Object.values(env).filter((value) => value.startsWith('/run/secrets/'))
    expect(files.map((path) => path.slice('/run/secrets/'.length))).toEqual(checkout?.secrets)
    expect(Object.keys(compose.secrets)).toEqual(checkout?.secrets)
  })

  it('trusts the proxy alone, which passes requests on to the port of the server', () => {
    expect(env['TRUSTED_PROXIES']).toBe(caddy?.networks.inside.ipv4_address)
    const caddyfile = read('docs/operations/containers/Caddyfile')
    expect(caddyfile).toContain(`reverse_proxy checkout:${imageEnv['PORT']!} {`)
    const withoutHead = (text: string) => text.slice(text.indexOf('\n\n\treverse_proxy'))
    const single = read('docs/operations/single-machine/Caddyfile')
    expect(withoutHead(caddyfile)).toBe(
      withoutHead(single).replace('127.0.0.1:8787', 'checkout:8787'),
    )
  })

  it('stops no server before its calls to the provider are over', () => {
    const [, seconds] = /^(\d+)s$/.exec(checkout?.stop_grace_period ?? '') ?? []
    expect(Number(seconds)).toBeGreaterThanOrEqual(maxStopSeconds)
    expect(Number(env['DATABASE_WAIT_SECONDS'])).toBeGreaterThanOrEqual(Number(seconds))
  })

  it('lets the server write to its volume and to nothing else', () => {
    expect(checkout).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    expect(checkout?.volumes).toEqual([`data:${textOf(image, 'VOLUME')!}`])
  })
})

describe('compose.postgresql.yaml', () => {
  const compose = parse(read('docs/operations/containers/compose.postgresql.yaml')) as Compose
  const { checkout, caddy, database } = compose.services
  const env = checkout?.environment ?? {}

  it('gives every replica the same valid configuration, with its secrets as files', () => {
    expect(unknownIn(env)).toEqual([])
    const all = { ...imageEnv, ...rest, ...withSecrets(env) }
    const config = readConfig({
      ...all,
      DATABASE_URL: 'postgres://checkout:a-password@database/checkout',
      HASH_KEY: 'k'.repeat(16) + 'Zx81-rT7-pQ4-vB2',
    })
    expect(config).toMatchObject({ host: '0.0.0.0', port: 8787, metricsPort: 9464 })
    const files = Object.values(env).filter((value) => value.startsWith('/run/secrets/'))
    expect(files.map((path) => path.slice('/run/secrets/'.length))).toEqual(checkout?.secrets)
    expect(Object.keys(compose.secrets)).toEqual([
      ...(checkout?.secrets ?? []),
      ...(database?.secrets ?? []),
    ])
    expect(env['DATABASE_URL']).toBe('')
  })

  it('passes requests on to all replicas, and repeats only those that cannot have had an effect', () => {
    expect(env['TRUSTED_PROXIES']).toBe(caddy?.networks.inside.ipv4_address)
    const caddyfile = read('docs/operations/containers/Caddyfile.postgresql')
    expect(caddyfile).toContain(`dynamic a checkout ${imageEnv['PORT']!} {`)
    // [caddy] While it may try, it repeats what it could not connect with, and of the rest GET alone unless it is told otherwise.
    expect(caddyfile).toContain('lb_try_duration')
    expect(caddyfile).not.toContain('lb_retry_match')
    // By the number of connections, one that accepts none any more would be the first choice at every try.
    expect(caddyfile).toContain('lb_policy random')
    expect(checkout).toMatchObject({ deploy: { replicas: 2 }, read_only: true, cap_drop: ['ALL'] })
  })

  it('stops no server before its calls to the provider are over, and the database last', () => {
    const graceOf = (service: typeof checkout) =>
      Number(/^(\d+)s$/.exec(service?.stop_grace_period ?? '')?.[1])
    expect(graceOf(checkout)).toBeGreaterThanOrEqual(maxStopSeconds)
    expect(graceOf(database)).toBeGreaterThan(graceOf(checkout))
  })
})

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
  readonly periodSeconds: number
  readonly failureThreshold: number
}

interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly securityContext: object
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: string[] } } }
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Values }
  readonly data: Values
  readonly spec: {
    readonly replicas: number
    readonly selector: { readonly matchLabels: Values }
    readonly maxUnavailable: number
    readonly ports: readonly { readonly targetPort: string }[]
    readonly template: {
      readonly metadata: { readonly labels: Values }
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly securityContext: object
        readonly containers: readonly [Container]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
    readonly volumeClaimTemplates: readonly {
      readonly metadata: { readonly name: string }
      readonly spec: { readonly accessModes: readonly string[] }
    }[]
  }
}

describe('the manifests for Kubernetes', () => {
  const documents = parseAllDocuments(read('docs/operations/kubernetes/netgiro-checkout.yaml'))
  const manifests = documents.map((document) => document.toJS() as Manifest)
  const of = (kind: string) => manifests.find((one) => one.kind === kind)!
  const { replicas, selector, template, volumeClaimTemplates } = of('StatefulSet').spec
  const pod = template.spec
  const [container] = pod.containers
  const env = of('ConfigMap').data

  it('the manifests are valid YAML with everything that a single replica needs', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([])
    expect(manifests.map(({ kind }) => kind)).toEqual([
      ...['ConfigMap', 'Service', 'PodDisruptionBudget', 'StatefulSet'],
    ])
    expect(replicas).toBe(1)
    expect(of('PodDisruptionBudget').spec.maxUnavailable).toBe(1)
  })

  it('the manifests give the server a valid configuration, with its secrets as files', () => {
    expect(unknownIn(env)).toEqual([])
    expect(readConfig({ ...imageEnv, ...withSecrets(env) })).toMatchObject({ metricsPort: 9464 })
    const mounts = Object.fromEntries(
      container.volumeMounts.map((one) => [one.name, one.mountPath]),
    )
    for (const [name, value] of Object.entries(env))
      if (name.endsWith('_FILE')) expect(value).toMatch(new RegExp(`^${mounts['secrets']!}/`))
    expect(mounts['data']).toBe(textOf(image, 'VOLUME'))
    const volumes = [...pod.volumes, ...volumeClaimTemplates.map(({ metadata }) => metadata)]
    expect(volumes.map(({ name }) => name).sort()).toEqual(Object.keys(mounts).sort())
  })

  it('the manifests select the pods, and name ports that they have', () => {
    const labels = template.metadata.labels
    expect(selector.matchLabels).toEqual(labels)
    expect(of('Service').spec.selector).toEqual(labels)
    expect(of('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels)
    const ports = Object.fromEntries(container.ports.map((one) => [one.name, one.containerPort]))
    expect(ports).toEqual({ http: Number(imageEnv['PORT']), metrics: Number(env['METRICS_PORT']) })
    for (const { targetPort } of of('Service').spec.ports) expect(ports).toHaveProperty(targetPort)
  })

  it('probe paths that the server answers', async () => {
    const { startupProbe, livenessProbe, readinessProbe } = container
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
      expect(httpGet.port).toBe('http')
      expect((await fetch(testServer.url + httpGet.path)).status).toBe(200)
    }
    // A full disk must not restart the server, which would lose what waits to be written.
    expect(livenessProbe.httpGet.path).toBe('/healthz')
    expect(readinessProbe.httpGet.path).toBe('/readyz')
    const { periodSeconds, failureThreshold } = startupProbe
    expect(periodSeconds * failureThreshold).toBeGreaterThan(Number(env['DATABASE_WAIT_SECONDS']))
  })

  it('the manifests stop no server before its calls to the provider are over', () => {
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(maxStopSeconds)
  })

  it('the manifests let a pod beside others serve until the proxies know that it leaves', () => {
    const page = read('docs/operations/kubernetes.md')
    const [, block = ''] = /```yaml\n(kind: Deployment\n[^]*?)```/.exec(page) ?? []
    const { spec } = parse(block) as Manifest
    const { terminationGracePeriodSeconds, containers } = spec.template.spec
    const [, seconds = ''] = containers[0].lifecycle?.preStop.exec.command ?? []
    // [kubernetes] The grace period begins with the hook.
    expect(Number(seconds)).toBeGreaterThanOrEqual(5)
    expect(terminationGracePeriodSeconds - Number(seconds)).toBeGreaterThanOrEqual(maxStopSeconds)
    // Alone, it would only be away longer.
    expect(container.lifecycle).toBeUndefined()
  })

  it('the manifests give the server no rights, and no other pod its file', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(volumeClaimTemplates[0]?.spec.accessModes).toEqual(['ReadWriteOncePod'])
  })
})
