/** The type of the only instrument: a phone that the payment request is sent to. */
export const instrumentType = 'netgiro_phone'

const published = 'https://ucp.dev/schemas'

/**
 * The schema of the handler. Its credential is a phone number and no secret: knowing it gives nobody the right to pay.
 *
 * [ucp] Payment Handler Guide, "Defining the Schema": config, instrument and credential.
 */
export const ucpSchema = (publicUrl: string, name: string) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `${publicUrl}/ucp/schema.json`,
  title: 'Netgíró payment handler',
  name,
  $ref: `${published}/payment_handler.json#/$defs/base`,
  properties: { config: { $ref: '#/$defs/config' } },
  $defs: {
    config: {
      type: 'object',
      required: ['currency', 'user_flow'],
      properties: {
        currency: { const: 'ISK' },
        user_flow: { const: 'PUSH_MESSAGE', description: 'The shopper approves on the own phone' },
      },
    },
    instrument: {
      allOf: [{ $ref: `${published}/shopping/types/payment_instrument.json` }],
      properties: {
        type: { const: instrumentType },
        credential: { $ref: '#/$defs/credential' },
      },
      required: ['credential'],
    },
    credential: {
      allOf: [{ $ref: `${published}/shopping/types/payment_credential.json` }],
      type: 'object',
      required: ['type', 'value'],
      properties: {
        type: { const: 'MSISDN' },
        value: { type: 'string', pattern: '^354[0-9]{7}$', description: 'For example 3548223281' },
      },
    },
  },
})
