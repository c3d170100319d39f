import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

/** Which room may import from which; whatever is not listed is a wall. Paths are from the root of the repository. */
const rooms: readonly (readonly [from: RegExp, mayImport: RegExp])[] = [
  [/^server\/protocol\.ts$/, /^$/],
  [
    /^server\/checkout\//,
    /^server\/(checkout\/|protocol|clock|errors|recent|providers\/provider\.)/,
  ],
  [/^server\/providers\/provider\.ts$/, /^server\/(checkout\/checkout\.|protocol)/],
  [
    /^server\/providers\/avarda\//,
    /^server\/(providers\/(avarda\/|(provider|http|failure|fields|account)\.)|checkout\/checkout\.|protocol|json)/,
  ],
  [
    /^server\/providers\/netgiro\//,
    /^server\/(providers\/(netgiro\/|(provider|http|exchange|failure|fields|account)\.)|checkout\/checkout\.|protocol|json)/,
  ],
  // What cannot be written in time is refused like anything else.
  [
    /^server\/store\//,
    /^server\/(store\/|checkout\/(checkout|ports|budget|late)\.|errors\.|protocol)/,
  ],
  [
    /^server\/webhooks\//,
    /^server\/(webhooks\/|(checkout\/(ports|checkout|snapshot)|clock|json|log)\.)/,
  ],
  [
    /^server\/routes\//,
    /^server\/(routes\/|checkout\/|protocol|errors|schemas|secrets|streams|log|clock|recent)/,
  ],
  // Operators look into every room, but they do not compose the house.
  [
    /^server\/ops\//,
    /^server\/(ops\/|checkout\/|providers\/|routes\/|store\/database\.|webhooks\/post\.|(clock|config|errors|json|listening|protocol|streams)\.)/,
  ],
  [
    /^server\/cli(\/|\.ts$)/,
    /^server\/(cli\/|ops\/|checkout\/(checkout|feed|ledger)\.|providers\/(configured|provider)\.|store\/|(clock|config|main|secrets)\.)/,
  ],
  [/^server\//, /^server\//],
  [/^widget\//, /^(widget\/|server\/protocol\.)/],
  [/^demo\/simulator\//, /^demo\/simulator\//],
  [/^demo\/avarda-simulator\//, /^demo\/avarda-simulator\//],
  [/^demo\/storefront\//, /^demo\/storefront\//],
  [/^demo\/screenshots\.ts$/, /^(demo\/|test\/support\/browser)/],
  [/^demo\//, /^(demo|server)\//],
]

const sources = ['server', 'widget', 'demo'].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(room, name)),
)

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, target = '']) => relative('.', resolve(dirname(file), target)),
  )

it('imports only what the drawing allows', () => {
  const broken = sources.flatMap((file) => {
    const allowed = rooms.find(([from]) => from.test(file))?.[1]
    return importsOf(file)
      .filter((target) => !allowed?.test(target))
      .map((target) => `${file} → ${target}`)
  })
  expect(broken).toEqual([])
})

it('has the heart without input and output of its own', () => {
  const outside = sources
    .filter((file) => file.startsWith('server/checkout/'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from '([^.][^']*)'/g)].map(
        ([, name]) => `${file} → ${name ?? ''}`,
      ),
    )
  expect(outside).toEqual([])
})

it('has a heart that knows no provider by name or code', () => {
  const known = sources
    .filter((file) => file.startsWith('server/checkout/'))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        // What a comment quotes is the rule that a branch obeys, whoever made it.
        .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
        .filter((line) => /netgiro|avarda|\b10[234]\d\d\b/i.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(known).toEqual([])
})

it('reads the environment and the clock of the machine at one door each', () => {
  const hits = (pattern: RegExp) =>
    sources.filter(
      (file) => /^(server|widget)/.test(file) && pattern.test(readFileSync(file, 'utf8')),
    )
  expect(hits(/process\.env/).sort()).toEqual(['server/cli.ts', 'server/main.ts'])
  expect(hits(/Date\.now\(\)/).filter((file) => file.startsWith('server'))).toEqual([
    'server/clock.ts',
  ])
})
