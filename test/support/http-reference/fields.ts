import { isDeepStrictEqual } from 'node:util'
import { reviewReasons } from '../../../server/core/checkout.ts'
import { problemCodes, reasons, statuses } from '../../../server/protocol/index.ts'
import { table } from '../marked-page.ts'
import { nameOf } from './document.ts'
import type { Schema } from './document.ts'

/** Lists of words that are explained in one place. */
const explained: readonly (readonly [words: readonly string[], text: string])[] = [
  [statuses, 'a [status](#statuses)'],
  [reasons, 'a [reason](#how-an-attempt-ends)'],
  [reviewReasons, 'a [reason](operations/reviews.md)'],
  [problemCodes, 'a [problem code](problems.md)'],
]

const words = (values: readonly unknown[]) => values.map((one) => `\`${String(one)}\``).join(', ')

const number = (value: number) => value.toLocaleString('en')

function numberText({ type, minimum, maximum = Number.MAX_SAFE_INTEGER }: Schema): string {
  const kind = type === 'integer' ? 'whole number' : 'number'
  if (minimum === undefined || minimum < -1e15) return kind
  if (maximum > 1e15) return `${kind}, ${number(minimum)} or more`
  return `${kind}, ${number(minimum)} to ${number(maximum)}`
}

function objectText({ properties, additionalProperties }: Schema): string {
  if (properties) return 'object'
  const { type } = typeof additionalProperties === 'object' ? additionalProperties : {}
  return type === 'string' ? 'texts by name' : 'values by name'
}

/** The type of a field in words. */
export function typeText(schema: Schema): string {
  const { $ref, enum: values, anyOf, oneOf, type, format, items, maxItems } = schema
  if ($ref !== undefined) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`
  if ('const' in schema) return words([schema.const])
  const [, text] = explained.find(([known]) => isDeepStrictEqual(known, values)) ?? []
  if (values) return text ?? words(values)
  const options = anyOf ?? oneOf
  if (options) return options.map(typeText).join(' or ')
  if (type === 'array') {
    const most = maxItems === undefined ? '' : ` of ${maxItems} at most`
    return `list${most}${items?.$ref === undefined ? '' : ` of ${typeText(items)}`}`
  }
  if (type === 'object') return objectText(schema)
  if (type === 'integer' || type === 'number') return numberText(schema)
  if (type === 'boolean') return '`true` or `false`'
  if (type === 'string') return format === 'date-time' ? 'time' : 'text'
  return type ?? 'any'
}

const isNothing = (value: unknown) =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0)

function presenceText({ default: otherwise }: Schema, isRequired: boolean): string {
  if (isRequired) return ''
  return otherwise === undefined || isNothing(otherwise)
    ? ', optional'
    : `, default ${words([otherwise])}`
}

/** The rows of a schema's fields, with those of the objects in them. */
function rowsOf(schema: Schema, prefix = ''): (readonly [string, string, string])[] {
  const { properties = {}, required = [] } = schema
  return Object.entries(properties).flatMap(([name, field]) => {
    const at = `${prefix}${name}`
    const type = typeText(field) + presenceText(field, required.includes(name))
    const within = field.anyOf?.find(({ type: one }) => one === 'object') ?? field
    const nested = within.items ? rowsOf(within.items, `${at}[].`) : rowsOf(within, `${at}.`)
    return [[`\`${at}\``, type, field.description ?? ''] as const, ...nested]
  })
}

const fieldTable = (rows: readonly (readonly string[])[]) => table(['field', 'is', 'meaning'], rows)

/** One of several shapes: which fields go together. */
function shapeText({ properties = {}, required = [] }: Schema): string {
  const names = Object.keys(properties).map((name) => {
    const { const: only } = properties[name] ?? {}
    const value = only === undefined ? '' : `: ${JSON.stringify(only)}`
    return `${name}${required.includes(name) ? '' : '?'}${value}`
  })
  return `\`{${names.length === 0 ? '' : ` ${names.join(', ')} `}}\``
}

/** The table of a schema's fields; of several shapes, those of all. */
export function fieldsText(schema: Schema): string {
  const { anyOf } = schema
  if (!anyOf) return fieldTable(rowsOf(schema))
  const rows = new Map(
    anyOf
      .flatMap((shape) => rowsOf({ ...shape, required: Object.keys(shape.properties ?? {}) }))
      .map((row) => [row[0], row]),
  )
  rows.delete('`action`')
  return `One of these: ${anyOf.map(shapeText).join(', ')}\n\n${fieldTable([...rows.values()])}`
}
