import { format } from 'prettier'
import { componentSchemas } from '../../server/http/openapi/components.ts'

interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly type?: string | readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
}

/** What a shop's server exchanges; the rest of the document is for browsers. */
const exported = [
  ...['CreateRequest', 'RefundRequest', 'Refund', 'Checkout', 'CreatedCheckout'],
  ...['CheckoutWithHistory', 'EventList', 'Event', 'Webhook', 'CaptureRequest', 'Problem'],
]

const literals = (values: readonly unknown[]) => values.map((one) => JSON.stringify(one)).join('|')

function printObject({ properties = {}, required = [], additionalProperties }: Schema): string {
  const entries = Object.entries(properties)
  if (entries.length === 0 && typeof additionalProperties === 'object')
    return `Readonly<Record<string, ${print(additionalProperties)}>>`
  const fields = entries.map(([name, schema]) => {
    const comment = schema.description === undefined ? '' : `/** ${schema.description} */\n`
    return `${comment}readonly ${name}${required.includes(name) ? '' : '?'}: ${print(schema)}`
  })
  return `{\n${fields.join('\n')}\n}`
}

/** A JSON Schema, as far as our document uses it, as a TypeScript type. */
function print(schema: Schema): string {
  const { $ref, enum: values, anyOf, oneOf, type, items } = schema
  if ($ref !== undefined) return $ref.replace(/^.*\//, '')
  if ('const' in schema) return literals([schema.const])
  if (values) return literals(values)
  const options = anyOf ?? oneOf
  if (options) return options.map(print).join(' | ')
  if (type === 'array') return `readonly (${items ? print(items) : 'unknown'})[]`
  if (type === 'object') return printObject(schema)
  if (type === 'integer') return 'number'
  if (type === 'string' || type === 'number' || type === 'boolean' || type === 'null') return type
  return 'unknown'
}

const referencesIn = (schema: object) =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"[^"]*\/(\w+)"/g)].map(([, name = '']) => name)

/** The types of the client, from the schemas of the OpenAPI document. */
export function printTypes(): Promise<string> {
  const schemas = componentSchemas()
  const names = new Set(exported)
  for (const name of names) for (const other of referencesIn(schemas[name] ?? {})) names.add(other)
  const types = [...names].map((name) => `export type ${name} = ${print(schemas[name] ?? {})}`)
  const head = '// Printed from the OpenAPI document by `npm run client:types`; do not edit.\n\n'
  return format(head + types.join('\n\n'), {
    ...{ parser: 'typescript', semi: false, singleQuote: true, printWidth: 100 },
  })
}
