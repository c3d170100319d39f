/**
 * @typedef {object} Control
 * @property {string} name - of the custom property
 * @property {'colour' | 'length' | 'font'} kind
 * @property {string} initial - what the control shows before it is touched; near the default, which may depend on the page
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {string} [unit]
 */

/** @type {(name: string, initial: string) => Control} */
const colour = (name, initial) => ({ name, kind: 'colour', initial })

/** @type {(name: string, initial: string, min: number, max: number, step: number, unit: string) => Control} */
const length = (name, initial, min, max, step, unit) => ({
  ...{ name, kind: 'length', initial },
  ...{ min, max, step, unit },
})

/** @type {readonly { readonly title: string, readonly controls: readonly Control[] }[]} */
export const groups = [
  {
    title: 'Button and focus',
    controls: [
      colour('--netgiro-accent', '#00aeef'),
      colour('--netgiro-on-accent', '#10222b'),
      colour('--netgiro-focus', '#0b57d0'),
      colour('--netgiro-hover', '#e6f7fd'),
    ],
  },
  {
    title: 'Card',
    controls: [
      colour('--netgiro-surface', '#ffffff'),
      colour('--netgiro-line', '#dbdbdb'),
      colour('--netgiro-border', '#858585'),
    ],
  },
  {
    title: 'Text',
    controls: [
      { name: '--netgiro-font', kind: 'font', initial: '' },
      length('--netgiro-font-size', '16', 14, 22, 0.5, 'px'),
      colour('--netgiro-text', '#1f1f1f'),
      colour('--netgiro-muted', '#5c5c5c'),
    ],
  },
  {
    title: 'Signs',
    controls: [
      colour('--netgiro-success', '#d9f2e6'),
      colour('--netgiro-notice', '#fff3cd'),
      colour('--netgiro-danger', '#b3261e'),
    ],
  },
  {
    title: 'Sizes',
    controls: [
      length('--netgiro-width', '27', 16, 48, 1, 'rem'),
      length('--netgiro-padding', '1.5', 0.5, 3, 0.125, 'em'),
      length('--netgiro-spacing', '1.25', 0.5, 3, 0.125, 'em'),
      length('--netgiro-radius', '1', 0, 2, 0.125, 'em'),
      length('--netgiro-control-radius', '0.625', 0, 2, 0.125, 'em'),
      length('--netgiro-mark', '1', 0.75, 2, 0.125, 'em'),
    ],
  },
]

export const fonts = [
  'system-ui, sans-serif',
  'Georgia, serif',
  'Verdana, sans-serif',
  "'Courier New', monospace",
]

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
export const presets = {
  Default: {},
  'Wool shop': {
    '--netgiro-accent': '#7a2e1d',
    '--netgiro-on-accent': '#ffffff',
    '--netgiro-font': 'Georgia, serif',
    '--netgiro-radius': '0.25em',
    '--netgiro-control-radius': '0.125em',
  },
  Round: {
    '--netgiro-accent': '#1d5c4b',
    '--netgiro-on-accent': '#ffffff',
    '--netgiro-radius': '1.75em',
    '--netgiro-control-radius': '1.5em',
    '--netgiro-padding': '2em',
  },
  'Part of the page': {
    '--netgiro-padding': '0em',
    '--netgiro-line': 'transparent',
    '--netgiro-surface': 'transparent',
  },
}

/**
 * The style rule that a page needs for what was chosen.
 *
 * @param {string} selector
 * @param {Readonly<Record<string, string>>} chosen
 */
export function cssOf(selector, chosen) {
  const lines = Object.entries(chosen).map(([name, value]) => `  ${name}: ${value};`)
  return lines.length === 0 ? '' : `${selector} {\n${lines.join('\n')}\n}`
}

/** @param {string} hex */
function luminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/**
 * [wcag] The contrast of two colours, from 1 to 21; null where one is not a plain colour.
 *
 * @param {string} one
 * @param {string} other
 */
export function contrastOf(one, other) {
  if (![one, other].every((colour) => /^#[0-9a-f]{6}$/i.test(colour))) return null
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}
