import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

/**
 * What each part may import from the rest; each file falls under the first rule that matches. Paths are from the root.
 *
 * Small helpers of `server/` (crypto, json, listening, log, text) know of no part, so that any may have them; a rule names those
 * that its part needs, so that a new one is noticed. What is imported otherwise has its reason above the rule.
 */
const rules: readonly (readonly [from: RegExp, mayImport: RegExp])[] = [
  [/^server\/protocol\//, /^server\/protocol\//],
  [/^server\/core\//, /^server\/(core|protocol)\//],
  // Two providers share what lies beside their folders, and nothing of each other: each is read, and removed, by itself.
  [
    /^server\/providers\/avarda\//,
    /^server\/(providers\/(avarda\/|[\w-]+\.)|core\/|protocol\/|json)/,
  ],
  [
    /^server\/providers\/netgiro\//,
    /^server\/(providers\/(netgiro\/|[\w-]+\.)|core\/|protocol\/|json)/,
  ],
  // Which providers there are is read from the settings.
  [/^server\/providers\//, /^server\/(providers|core|protocol)\/|^server\/(config|json)\./],
  [/^server\/store\//, /^server\/(store|core|protocol)\//],
  [/^server\/webhooks\//, /^server\/((webhooks|core|protocol)\/|(json|log)\.)/],
  [/^server\/http\//, /^server\/((http|core|protocol)\/|(crypto|log|text)\.)/],
  // Operators look into every part: they check settings, ask providers, read the database and answer over HTTP.
  [
    /^server\/ops\//,
    /^server\/((ops|core|protocol|providers|http)\/|store\/(database|compiled)\.|webhooks\/post\.|(config|crypto|json|listening|log|security-log|text)\.)/,
  ],
  // The commands work beside a server on its database.
  [
    /^server\/cli(\/|\.ts$)/,
    /^server\/((cli|ops|core|store)\/|providers\/configured\.|(config|crypto|main|receipts|serve|stop-signals)\.)/,
  ],
  // Valid values of settings are defined where they are used: bearer tokens, trusted proxies, webhook URLs, default limits.
  [
    /^server\/(settings\/|config\.ts$)/,
    /^server\/(settings\/|core\/(checkout|rate-limits)\.|http\/client-address\.|webhooks\/target\.|(crypto|json)\.)/,
  ],
  // The parts are connected in compose.ts and its builders, beside the process, its log and its port.
  [/^server\/(compose\/)?[\w-]+\.ts$/, /^server\//],
  [/^widget\//, /^(widget|server\/protocol)\//],
  // A shop installs it without the server.
  [/^integrations\/client\//, /^integrations\/client\//],
  [/^integrations\/medusa\//, /^integrations\/medusa\//],
  // The simulators import nothing of the server, so that they cannot share a misreading with it.
  [/^demo\/simulator-kit\//, /^demo\/simulator-kit\//],
  [/^demo\/simulator\//, /^demo\/simulator(-kit)?\//],
  [/^demo\/avarda-simulator\//, /^demo\/(avarda-simulator|simulator-kit)\//],
  // The shop is a program of its own.
  [/^demo\/storefront\//, /^demo\/(storefront|gallery)\//],
  [/^demo\/gallery\//, /^(demo\/gallery|server\/protocol)\//],
  [/^demo\/balancer\//, /^demo\/(balancer\/|ports\.)/],
  [/^demo\/screenshots\.ts$/, /^(demo\/|server\/serve\.|test\/support\/browser)/],
  // The server's package carries the demo, in another place relative to the server, which is therefore handed in.
  [/^demo\//, /^demo\//],
]

const folders = ['server', 'widget', 'demo', 'integrations/client', 'integrations/medusa']
const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('dist'))
    .map((name) => join(folder, name)),
)

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, target = '']) => relative('.', resolve(dirname(file), target)),
  )

it('imports only what the rules allow', () => {
  const broken = sources.flatMap((file) => {
    const allowed = rules.find(([from]) => from.test(file))?.[1]
    return importsOf(file)
      .filter((target) => !allowed?.test(target))
      .map((target) => `${file} → ${target}`)
  })
  expect(broken).toEqual([])
})

it('keeps every module of Node and every package out of the core', () => {
  const outside = sources
    .filter((file) => file.startsWith('server/core/'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from '([^.][^']*)'/g)].map(
        ([, name]) => `${file} → ${name ?? ''}`,
      ),
    )
  expect(outside).toEqual([])
})

it('keeps the names and codes of providers out of the core', () => {
  const known = sources
    .filter((file) => file.startsWith('server/core/'))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        // Comments may quote the provider's documents.
        .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
        .filter((line) => /netgiro|avarda|\b10[234]\d\d\b/i.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(known).toEqual([])
})

it('reads the environment and the machine clock in one place each', () => {
  const hits = (pattern: RegExp) =>
    sources.filter(
      (file) => /^(server|widget)/.test(file) && pattern.test(readFileSync(file, 'utf8')),
    )
  expect(hits(/process\.env/).sort()).toEqual(['server/cli.ts', 'server/main.ts'])
  expect(hits(/Date\.now\(\)/).filter((file) => file.startsWith('server'))).toEqual([
    'server/core/clock.ts',
  ])
})
