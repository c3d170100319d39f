import { html } from 'hono/html'
import { languages } from '../../gallery/gallery.ts'
import type { Tag } from '../../gallery/states.ts'
import { layout, type Frame, type Markup } from './layout.ts'

export const themes = ['light', 'dark'] as const
/** Of `<netgiro-checkout>`; the other elements have one. */
export const layouts = ['inline', 'compact', 'dialog'] as const
/** Of the frame, in pixels: the narrowest phone, a usual one, and as wide as the element gets. */
export const widths = ['320', '420', '600'] as const

export interface GalleryChoice {
  readonly tag: Tag
  readonly locale: string
  readonly theme: (typeof themes)[number]
  readonly layout: (typeof layouts)[number]
  readonly width: (typeof widths)[number]
  /** Without the shop around it, for photographs. */
  readonly isPlain: boolean
}

export function galleryPage(
  frame: Frame,
  choice: GalleryChoice,
  { bffUrl }: { readonly bffUrl: string },
): Markup {
  const { tag, locale, theme, layout: arrangement, width, isPlain } = choice
  const states = html`<div
    class="gallery ${theme}"
    data-gallery="${tag}"
    data-locale="${locale}"
    data-theme="${theme}"
    data-layout="${arrangement}"
    data-width="${width}"
    data-other="${frame.t.otherWays}"
  ></div>`
  return layout(frame, {
    title: frame.t.gallery,
    scripts: [`${bffUrl}/${tag}.js`, '/static/gallery.js'],
    isPlain,
    content: isPlain
      ? states
      : html`<h1>${frame.t.gallery}</h1>
          <p class="lead">${frame.t.galleryText}</p>
          ${choices(frame, choice)} ${states}`,
  })
}

/** A form, so that a choice has an address that can be sent to somebody. */
const choices = ({ t }: Frame, { tag, locale, theme, layout, width }: GalleryChoice): Markup =>
  html`<form class="choices">
    ${select('element', t.element, Object.keys(languages), tag)}
    ${select('locale', t.language, languages[tag], locale)}
    ${select('theme', t.theme, themes, theme)} ${select('layout', t.layout, layouts, layout)}
    ${select('width', t.width, widths, width)}
    <button class="soft">${t.show}</button>
  </form>`

const select = (name: string, label: string, values: readonly string[], chosen: string): Markup =>
  html`<label
    >${label}
    <select name="${name}">
      ${values.map((value) =>
        value === chosen
          ? html`<option selected>${value}</option>`
          : html`<option>${value}</option>`,
      )}
    </select></label
  >`
