import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const published = 'https://ucp.dev/schemas'
const date = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }
const uri = { type: 'string', format: 'uri' }

/** What the schemas of version 2026-04-08 of the Universal Commerce Protocol demand of a payment handler. */
const demands = [
  {
    $id: `${published}/payment_handler.json`,
    $defs: {
      base: {
        type: 'object',
        required: ['id', 'version'],
        properties: {
          ...{ id: { type: 'string' }, version: date, spec: uri, schema: uri },
          config: { type: 'object' },
          available_instruments: {
            ...{ type: 'array', minItems: 1 },
            items: { type: 'object', required: ['type'], properties: { type: { type: 'string' } } },
          },
        },
      },
      business_schema: { $ref: '#/$defs/base' },
      platform_schema: { $ref: '#/$defs/base', required: ['spec', 'schema'] },
    },
  },
  {
    $id: `${published}/ucp.json`,
    $defs: {
      base: {
        type: 'object',
        required: ['version'],
        properties: {
          version: date,
          payment_handlers: {
            type: 'object',
            propertyNames: { pattern: '^[a-z][a-z0-9]*(?:\\.[a-z][a-z0-9_]*)+$' },
            additionalProperties: {
              type: 'array',
              items: { $ref: 'payment_handler.json#/$defs/base' },
            },
          },
        },
      },
    },
  },
  {
    $id: `${published}/shopping/types/payment_credential.json`,
    ...{ type: 'object', required: ['type'], properties: { type: { type: 'string' } } },
  },
  {
    $id: `${published}/shopping/types/payment_instrument.json`,
    ...{ type: 'object', required: ['id', 'handler_id', 'type'] },
    properties: { credential: { $ref: 'payment_credential.json' } },
  },
]

/**
 * Validates against what the protocol demands. The published schemas are not part of this repository: `UCP_SCHEMAS` may name a folder
 * that has them (`source/schemas` of Universal-Commerce-Protocol/ucp), which are then used instead.
 */
export function ucpValidator(): Ajv2020 {
  const folder = process.env['UCP_SCHEMAS']
  const schemas: object[] = folder
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object)
    : demands
  const ajv = new Ajv2020({ strict: false, schemas })
  addFormats.default(ajv)
  return ajv
}
