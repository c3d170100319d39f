import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonFault, parseStrictJson } from '../../server/http/strict-json.ts'

const faultOf = (text: string): string | null => {
  try {
    parseStrictJson(text)
    return null
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    return error.message
  }
}

describe('strict JSON', () => {
  it('reads strict JSON as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        fc.pre(faultOf(text) === null || !/reserved|digits|well-formed/.test(faultOf(text) ?? ''))
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses JSON where JSON.parse refuses it', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '1', '-', 'null', ' ', '\\u00']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const isJson = (() => {
          try {
            JSON.parse(text)
            return true
          } catch {
            return false
          }
        })()
        if (!isJson) expect(faultOf(text)).not.toBeNull()
      }),
    )
  })

  it.each([
    ...['{"a":1,"a":1}', '{"a":1,"b":2,"a":3}', '{"a":1,"\\u0061":2}', '{"":1,"":2}'],
    ...['[{"b":{"a":1,"a":2}}]', '{"a":{"x":1},"b":{"x":1},"a":0}', '{"a":["a"],"a":1}'],
  ])('refuses a field that is given twice: %s', (text) => {
    expect(faultOf(text)).toMatch(/twice/)
  })

  it.each([
    ...['{"a":"a","b":"a"}', '{"a":{"a":{"a":1}}}', '["a","a"]', '[{"a":1},{"a":1}]'],
    ...['{"a":"\\"a\\",\\"a\\":","b":"{"}', '{"a\\\\":1,"a":2}', '{"á":1,"a\\u0301":2}'],
  ])('accepts names that are only similar: %s', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it.each(['{"__proto__":{}}', '{"a":{"constructor":1}}', '{"\\u005f_proto__":1}'])(
    'refuses a reserved name: %s',
    (text) => {
      expect(faultOf(text)).toMatch(/reserved/)
    },
  )

  it.each(['[', '{"a":', '[{"a":'])('refuses %s nested too deeply, however deep', (piece) => {
    for (const depth of [33, 5_000, 60_000])
      expect(faultOf(piece.repeat(depth))).toMatch(/nested too deeply/)
  })

  it('accepts the maximum of depth and values, and refuses more', () => {
    expect(faultOf('['.repeat(32) + ']'.repeat(32))).toBeNull()
    expect(faultOf(`[${'1,'.repeat(4_999)}1]`)).toBeNull()
    expect(faultOf(`[${'1,'.repeat(5_001)}1]`)).toMatch(/too many values/)
  })

  it.each([
    ...['12990.000000000000001', '9007199254740993.5', '123456789012345678', '1e-400'],
    ...['0.00000000000000000000001e-400', '-12990.0000000000000001'],
  ])('refuses the number %s, which cannot be represented', (text) => {
    expect(faultOf(text)).toMatch(/digits/)
  })

  it.each(['12990', '12990.0', '12990.00000000000000000000', '-1', '0', '-0.5', '1e3', '1.5E+2'])(
    'accepts the number %s',
    (text) => {
      expect(parseStrictJson(`{"a":${text}}`)).toEqual({ a: Number(text) })
    },
  )

  it.each(['"\\ud800"', '{"\\udc00":1}', '"\\ud83d\\ud83d\\ude00"'])(
    'refuses half a surrogate pair: %s',
    (text) => {
      expect(faultOf(text)).toMatch(/well-formed/)
    },
  )
})
