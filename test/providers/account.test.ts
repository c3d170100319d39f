import { expect, it } from 'vitest'
import { accountOf } from '../../server/providers/account.ts'

it('an account is stored under the same name whatever the case of its id, and without the id', () => {
  // It stands in every database, so it must not change.
  expect(accountOf('abc')).toBe('ba7816bf8f01cfea')
  expect(accountOf('ABC')).toBe('ba7816bf8f01cfea')
  expect(accountOf('abd')).not.toBe(accountOf('abc'))
})
