/* global document, navigator, setTimeout, MessageChannel, Response, ReadableStream, TextEncoder */
// Puts an element into one of its states. The element is the real one; what it asks the payment server, `fetch` below answers from
// the state, and its clock stands still.

/** Resolves when everything that waits for no timer has happened. */
async function settle() {
  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    })
  }
}

class StandingClock {
  time
  timers = []
  constructor(time) {
    this.time = time
  }
  now = () => this.time
  after = (ms, task) => {
    const timer = { at: this.time + ms, task }
    this.timers.push(timer)
    return () => (this.timers = this.timers.filter((other) => other !== timer))
  }
  async advance(ms) {
    const end = this.time + ms
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.timers = this.timers.filter((timer) => timer !== next)
      this.time = next.at
      next.task()
      await settle()
    }
    this.time = end
    await settle()
  }
}

const json = (body, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers })

/** The answers of the payment server. `line` says whether there are any. */
function answers({ before, snapshot, refusal, then }, line, clock) {
  const never = new Promise(() => {})
  let known = before ?? snapshot
  const current = () => ({ ...known, serverTime: new Date(clock.now()).toISOString() })
  return (_url, { method, headers }) => {
    if (!line.isUp) return Promise.reject(new TypeError('no connection'))
    if (then === 'has_no_answer') return never
    if (then === 'session_is_unknown')
      return Promise.resolve(json({ code: 'unknown_session' }, 401))
    if (headers.accept === 'text/event-stream') {
      const event = () =>
        `id: ${known.version}\nevent: status\ndata: ${JSON.stringify(current())}\n\n`
      const body = new ReadableStream({
        start(controller) {
          const send = () => controller.enqueue(new TextEncoder().encode(event()))
          send()
          line.goOn = () => {
            known = snapshot
            send()
          }
          line.end = () => controller.error(new TypeError('the line is lost'))
        },
      })
      return Promise.resolve(
        new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
      )
    }
    if (method !== 'POST') return Promise.resolve(json(current()))
    if (!refusal) return never
    const { code, retryAfter, canCancelWaiting } = refusal
    const sent = retryAfter ? { 'retry-after': String(retryAfter) } : {}
    return Promise.resolve(json({ code, canCancelWaiting }, 429, sent))
  }
}

const field = (element) => element.shadowRoot.querySelector('[part=input]')

/** What is drawn by a file that the element has only just asked for. */
export async function appearing(element, selector) {
  for (;;) {
    const found = element.shadowRoot.querySelector(selector)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const actions = {
  async types_no_number(element) {
    field(element).value = '555'
    await element.start()
  },
  async line_is_lost(_, clock, line) {
    line.isUp = false
    line.end()
    await settle()
    await clock.advance(8_000)
  },
  async is_offline(element, clock, line) {
    // The browser says so whenever this element is drawn, and to no other one of the page.
    for (const step of ['update', 'updated']) {
      const draw = element[step]
      element[step] = () => {
        Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
        draw.call(element)
        delete navigator.onLine
      }
    }
    await actions.line_is_lost(element, clock, line)
  },
  async is_unreachable() {},
  async has_no_answer() {},
  async session_is_unknown() {},
  async has_no_session() {},
  async asks_for_the_code(element) {
    const details = await appearing(element, '[part=hand-off]')
    details.open = true
    await appearing(element, '[part=qr]')
  },
}

/**
 * Adds an element to a frame, and brings it into a state.
 *
 * @param {HTMLElement} frame
 * @param {string} tag - of the element, which is defined already
 * @param {object} state - of demo/gallery
 * @param {{ name: string, locale: string, layout?: string, other: string }} options - the state's name, and the text of the link to
 *   other ways to pay
 */
export async function show(frame, tag, state, { name, locale, layout, other }) {
  const clock = new StandingClock(Date.parse(state.snapshot.serverTime))
  const line = { isUp: state.then !== 'is_unreachable', goOn() {}, end() {} }
  const element = document.createElement(tag)
  element.platform = {
    fetch: answers(state, line, clock),
    ...{ now: clock.now, after: clock.after, random: () => 0.5, hidden: () => false },
    joinTabs: () => ({ publish() {}, lead: (task) => task() }),
    afterPaint: (task) => task(),
  }
  element.setAttribute('server', 'https://pay.example')
  if (state.then !== 'has_no_session')
    element.setAttribute('session', `cs_${name.replace(/\W+/g, '_')}`)
  element.setAttribute('locale', locale)
  if (layout && layout !== 'inline') element.setAttribute('layout', layout)
  for (const [name, value] of Object.entries(state.attributes ?? {}))
    element.setAttribute(name, value)
  // Beside the form, and where the element has nothing to show.
  for (const slot of ['other', '']) {
    const link = document.createElement('a')
    Object.assign(link, { href: '#', slot, textContent: other })
    element.append(link)
  }
  frame.append(element)
  await settle()
  if (state.before) line.goOn()
  await settle()
  if (state.refusal) await element.start('822 3281')
  if (!line.isUp) await clock.advance(60_000)
  if (state.then) await actions[state.then](element, clock, line)
  if (state.waited) await clock.advance(state.waited * 1_000)
  await settle()
}
