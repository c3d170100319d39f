import { isDeepStrictEqual } from 'node:util'
import { mediaOf, nameOf, openApi } from './document.ts'
import type { Schema } from './document.ts'
import { fieldsText } from './fields.ts'

const { schemas } = openApi.components

const operations = [...Object.values(openApi.paths), ...Object.values(openApi.webhooks)].flatMap(
  (methods) => Object.values(methods),
)

/** The first example of each component, from wherever one is sent or returned. */
const examples = new Map(
  operations
    .flatMap(mediaOf)
    .flatMap(([, { schema, examples: given = {} }]) => {
      const [first] = Object.values(given)
      return schema.$ref === undefined || !first
        ? []
        : [[nameOf(schema.$ref), first.value] as const]
    })
    .toReversed(),
)

const json = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

/** Several fields more than another component has: those, and a link to the other one. */
function baseOf(name: string, { properties = {} }: Schema): string | null {
  const hasAll = ([, { properties: fewer = {} }]: [string, Schema]) =>
    Object.keys(fewer).length > 5 &&
    Object.entries(fewer).every(([field, one]) => isDeepStrictEqual(properties[field], one))
  const [base] = Object.entries(schemas).find((one) => one[0] !== name && hasAll(one)) ?? []
  return base ?? null
}

function unionText({ oneOf = [] }: Schema): string {
  const members = oneOf.map(({ $ref = '' }) => schemas[nameOf($ref)] ?? {})
  const types = members.map(({ properties }) => `\`${String(properties?.['type']?.const)}\``)
  const [{ properties = {}, required = [] } = {}] = members
  const { type, ...others } = properties
  const rest = fieldsText({ properties: others, required })
  const row = `| \`type\` | one of ${types.join(', ')} | ${type?.description ?? ''} |`
  const [head = '', line = '', ...rows] = rest.split('\n')
  return [head, line, row, ...rows].join('\n')
}

function objectText(name: string, schema: Schema): string {
  const example = examples.get(name)
  const parts = [`### ${name}`]
  const base = baseOf(name, schema)
  if (schema.oneOf) parts.push(unionText(schema))
  else if (base === null) parts.push(fieldsText(schema))
  else {
    const { properties: known = {} } = schemas[base] ?? {}
    const properties = Object.fromEntries(
      Object.entries(schema.properties ?? {}).filter(([field]) => !(field in known)),
    )
    parts.push(`A [${base}](#${base.toLowerCase()}), and:`, fieldsText({ ...schema, properties }))
  }
  // What extends another one would repeat its example.
  if (example !== undefined && base === null) parts.push(json(example))
  return parts.join('\n\n')
}

const isShown = (name: string, schema: Schema) =>
  // The union lists its members.
  !/^Checkout\w+(?:Webhook|Event)$/.test(name) &&
  (schema.oneOf ?? schema.anyOf ?? Object.keys(schema.properties ?? {})).length > 0

/** A section for every component of the document. */
export const objectsText = (): string =>
  Object.entries(schemas)
    .filter(([name, schema]) => isShown(name, schema))
    .map(([name, schema]) => objectText(name, schema))
    .join('\n\n')
