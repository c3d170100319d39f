/**
 * What the browser and the backend-for-frontend exchange. The widget imports this folder and nothing else of
 * the server; it imports nothing itself, so that it can be bundled into a page.
 *
 * Amounts are integers in the currency's ISO 4217 minor unit (ISK has none: whole krónur); times are RFC 3339 UTC.
 */
export * from './snapshot.ts'
export * from './problems.ts'
export * from './payer-input.ts'
export * from './read-snapshot.ts'
