/** The types of the tag, in TypeScript of each framework. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, typed } from './compile.ts'

for (const file of Object.keys(typed)) {
  void test(`TypeScript knows tags, attributes and events in ${file}`, () => {
    assert.equal(compile(file), '')
  })
}
