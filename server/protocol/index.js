/**
 * What the browser and the backend-for-frontend exchange. The widget imports this folder and nothing else of
 * the server; it imports nothing itself, so that it can be bundled into a page.
 *
 * Amounts are integers in the currency's ISO 4217 minor unit (ISK has none: whole krónur); times are RFC 3339 UTC.
 */
export * from "./snapshot.js";
export * from "./problems.js";
export * from "./payer-input.js";
export * from "./read-snapshot.js";
//# sourceMappingURL=index.js.map