/** QR codes. Loaded when one is to be shown. */
// Not its `nano` build: that marks every text as UTF-8, which not every reader understands.
import { correction, generate } from 'lean-qr'

/** A code as the path of an SVG whose units are modules, without the light margin of four that a reader needs. */
export interface QrCode {
  readonly size: number
  readonly path: string
}

/**
 * The code of a text.
 *
 * @throws if the text is too long: 2,331 bytes fit always.
 */
export function qrCode(text: string): QrCode {
  const code = generate(text, { minCorrectionLevel: correction.M })
  const { size } = code
  let path = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`
  }
  return { size, path }
}
