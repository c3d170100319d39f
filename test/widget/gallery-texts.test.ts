/** What every state of the gallery says: each refusal, stage of help, receipt and lost line, too. */
import { expect } from '@open-wc/testing'
import { galleryOf, languages } from '../../demo/gallery/gallery.ts'
import type { State, Tag } from '../../demo/gallery/states.ts'
import '../../widget/avarda/define.ts'
import '../../widget/define.ts'
import '../../widget/pos/define.ts'
import { settle } from './support/clock.ts'
import { expectNoProgramValues } from './support/program-values.ts'
import { form } from './support/snapshots.ts'

interface Stage {
  readonly show: (
    frame: HTMLElement,
    tag: Tag,
    state: State,
    options: { readonly name: string; readonly locale: string; readonly other: string },
  ) => Promise<void>
}

/** A script of the demo, which has no types. */
const stage: string = '../../demo/storefront/static/stage.js'
const { show } = (await import(stage)) as Stage
const gallery = galleryOf(form.script)

for (const [tag, states] of Object.entries(gallery) as [Tag, Record<string, State>][]) {
  for (const locale of languages[tag]) {
    it(`<${tag}> says something, and no program value, in every state of the gallery in ${locale}`, async function () {
      this.timeout(60_000)
      for (const [name, state] of Object.entries(states)) {
        localStorage.clear()
        sessionStorage.clear()
        const frame = document.createElement('div')
        document.body.append(frame)
        await show(frame, tag, state, { name, locale, other: 'By card' })
        if (locale === 'pl') await import('../../widget/messages/pl.ts')
        await settle()
        const card = frame.firstElementChild?.shadowRoot?.querySelector('[part=card]')
        expectNoProgramValues(frame.firstElementChild!.shadowRoot!, name)
        // Where the element has nothing to say, the page's own content is shown.
        const fallback = card?.querySelector<HTMLSlotElement>('slot:not([name])')
        const shown = [
          ...(card?.querySelectorAll('h2, [role=alert]') ?? []),
          ...(fallback?.assignedElements() ?? []),
        ]
        expect(shown.map(({ textContent }) => textContent).join(''), name).to.match(/\p{L}{3}/u)
        frame.remove()
      }
    })
  }
}
