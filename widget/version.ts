/** The version of this package; `npm run release` sets it. */
export const version = '0.1.0'
