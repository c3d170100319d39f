/**
 * The merchant that the variables of a server describe. It owns what was stored before a server could have several.
 */
export const defaultMerchantId = 'default'
