import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { guardedLit } from '../vite.config.ts'

const lit = readFileSync('node_modules/lit-html/lit-html.js', 'utf8')

it('the build takes out of Lit what it enters in the global object, and keeps the length of every line below', () => {
  const guarded = guardedLit(lit)
  expect(lit).toContain('litHtmlVersions')
  expect(guarded).not.toMatch(/litHtmlVersions|litHtmlPolyfillSupport\?/)
  const [, ...below] = guarded.split('\n')
  expect(below.map((line) => line.length)).toEqual(
    lit
      .split('\n')
      .slice(1)
      .map((line) => line.length),
  )
})

it('the build fails when Lit has changed what the build takes out of it', () => {
  const changed = lit.replace('litHtmlVersions??=', 'litVersions??=')
  expect(() => guardedLit(changed)).toThrow('lit-html')
})
