import { expect, it } from 'vitest'
import {
  decodeAnswer,
  decodeCommand,
  encodeAnswer,
  encodeCommand,
  encodeError,
} from '../../server/compose/command-codec.ts'
import type { Command } from '../../server/core/commands.ts'
import { CheckoutError } from '../../server/core/errors.ts'
import { createCipher } from '../../server/crypto.ts'

it('a callback arrives at another server with the bytes and headers that it came with', () => {
  const body = new Uint8Array([0, 255, 123, 10])
  const sent: Command = {
    ...({ type: 'callback', checkoutId: 'chk_1', provider: 'netgiro', about: 'success' } as const),
    token: 'cs_1',
    callback: { headers: new Headers({ netgiro_signature: 'abc' }), body },
  }
  const received = decodeCommand(encodeCommand(sent))
  if (received.type !== 'callback') throw new Error('it is another command')
  const { callback, ...others } = received
  expect({ ...others, callback: sent.callback }).toEqual(sent)
  expect([...callback.body]).toEqual([...body])
  expect(callback.headers.get('netgiro_signature')).toBe('abc')
})

it('a refusal by another server is the same refusal here', () => {
  const refusal = new CheckoutError('phone_busy', { retryAfter: 60, canCancelWaiting: false })
  expect(() => decodeAnswer(encodeError(refusal))).toThrow(refusal)
  expect(decodeAnswer(encodeAnswer('accepted'))).toBe('accepted')
})

it('a command on its way cannot be read or changed without the key, and a former key still opens it', () => {
  const text = JSON.stringify({ phone: '8223281' })
  const sealed = createCipher('commands', 'former-key').seal(text)
  expect(Buffer.from(sealed, 'base64').toString()).not.toContain('8223281')
  expect(createCipher('commands', 'new-key', ['former-key']).open(sealed)).toBe(text)
  const other = () => createCipher('commands', 'another-key').open(sealed)
  expect(other).toThrow(/another HASH_KEY/)
  // What the log says of it, which has no messages.
  expect(other).toThrow(expect.objectContaining({ code: 'OTHER_HASH_KEY' }))
  const changed = Buffer.from(sealed, 'base64')
  changed[20] = (changed[20] ?? 0) ^ 1
  expect(() => createCipher('commands', 'former-key').open(changed.toString('base64'))).toThrow()
})
