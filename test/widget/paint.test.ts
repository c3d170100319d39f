import '../../widget/define.ts'
import { expect, waitUntil } from '@open-wc/testing'
import { browserPlatform } from '../../widget/platform.ts'
import { alone } from '../../widget/tabs.ts'
import { FakeBackend } from './support/backend.ts'

/** An element with the browser's own frames and timers. */
function mountReal(onRequest: () => void = () => undefined) {
  const backend = new FakeBackend()
  const element = document.createElement('netgiro-checkout')
  const watchedFetch: typeof fetch = (...request) => {
    onRequest()
    return backend.fetch(...request)
  }
  element.platform = { ...browserPlatform, fetch: watchedFetch, joinTabs: alone }
  element.setAttribute('server', 'https://pay.example')
  element.session = 'cs_secret'
  document.body.append(element)
  return { element, backend }
}

describe('what the form does not need', () => {
  const requestAnimationFrame = window.requestAnimationFrame.bind(window)

  afterEach(() => {
    Object.assign(window, { requestAnimationFrame })
    document.querySelectorAll('netgiro-checkout').forEach((one) => one.remove())
  })

  it('waits for the frame that shows the form, however long the page takes to draw it', async () => {
    let frames = 0
    const count = (): void => {
      frames++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
    const requestedIn: number[] = []
    const { element } = mountReal(() => requestedIn.push(frames))
    await element.updateComplete
    // As a slow phone lays out a page.
    const end = performance.now() + 60
    while (performance.now() < end);
    await waitUntil(() => requestedIn.length > 0)
    expect(requestedIn[0]).to.be.at.least(2)
  })

  it('begins once on a page that has no frames for a while', async () => {
    const late: FrameRequestCallback[] = []
    window.requestAnimationFrame = (task) => late.push(task)
    const { backend } = mountReal()
    await waitUntil(() => backend.requests.length > 0)
    while (late.length > 0) late.shift()?.(0)
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(backend.requests).to.have.length(1)
  })
})
