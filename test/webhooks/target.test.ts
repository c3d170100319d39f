import { expect, it } from 'vitest'
import { targetOf } from '../../server/webhooks/target.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

it.each([
  ['https://shop.is/hook', null],
  ['https://user@shop.is/hook', basic('user:')],
  ['https://:password@shop.is/hook', basic(':password')],
  ['https://us%C3%A9r:p%40ss%3A@shop.is/hook', basic('usér:p@ss:')],
])('credentials in %s are sent as a header, and not in the URL', (configured, authorization) => {
  expect(targetOf(configured)).toEqual({ url: 'https://shop.is/hook', authorization })
})

it.each([
  ['us%3Aer:password', 'The user name must not contain a colon'],
  ['user:%E9', 'The percent-encoding is not valid UTF-8'],
  ['user:pass%0Aword', 'Control characters are not allowed'],
])('refuses the credentials %s, which cannot be sent', (credentials, message) => {
  expect(() => targetOf(`https://${credentials}@shop.is/hook`)).toThrow(new TypeError(message))
})
