import axe, { type AxeResults } from 'axe-core'
import type { Browser, Frame, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { State } from '../../demo/avarda-simulator/simulator.ts'
import { formOf, pageCalls, openBrowser, openHost, press, text } from './host.ts'
import { openSite, type OpenSite } from './site.ts'

let browser: Browser
let site: OpenSite
let host: Awaited<ReturnType<typeof openHost>>
let page: Page
let pageErrors: string[]

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  site = await openSite()
  host = await openHost(site.simulator.scriptUrl)
  page = await (await browser.createBrowserContext()).newPage()
  pageErrors = []
  page.on('pageerror', (error) => pageErrors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text())
  })
})
afterEach(async () => {
  await page.browserContext().close()
  await host.close()
  await site.simulator.close()
  expect(pageErrors).toEqual([])
})

const state = (id: string) => site.simulator.purchase(id)!.State
const button = (action: string) => `[data-action=${action}]:not([disabled])`

async function arrive(changes: object = {}): Promise<{ id: string; form: Frame }> {
  const id = await site.initialize(changes)
  await page.goto(`${host.url}/?purchaseId=${id}`)
  const form = await formOf(page)
  await form.waitForSelector('#order', { visible: true })
  return { id, form }
}

/** A page that calls init with the options of the test. */
async function begin(options: string, changes: object = {}) {
  const id = await site.initialize(changes)
  await page.goto(`${host.url}/?purchaseId=${id}&wait`)
  await page.evaluate(`begin(${options})`)
  const form = await formOf(page)
  await form.waitForSelector('#order', { visible: true })
  return { id, form }
}

describe('the form', () => {
  it('the form moves the purchase to state 1 when it is first drawn, and not before', async () => {
    const { id } = await begin('{}')
    expect(state(id)).toBe(State.BeingProcessed)
    const waiting = await site.initialize()
    await fetch(`${site.simulator.apiUrl}/Form?purchaseId=${waiting}`)
    expect(state(waiting)).toBe(State.New)
  })

  it('the form is drawn into the given element, and grows with its content', async () => {
    await arrive()
    // Its content arrives after the frame itself.
    await page.waitForFunction(
      () => (document.querySelector('#checkout > iframe#mainiFrame')?.clientHeight ?? 0) > 400,
    )
    await page.waitForFunction(() => !document.getElementById('avardaCheckOutLoadingSpinner'))
  })

  it.each([
    ['approve', 2, 'The purchase is complete.'],
    ['decline', 11, 'The credit was declined.'],
    ['cancel', 3, 'The purchase was canceled.'],
    ['handover', 13, 'You pay the shop in another way.'],
  ])(
    '%s: leads to state %d and calls done without the outcome',
    async (action, expected, words) => {
      const { id, form } = await arrive()
      await press(form, button(action))
      await page.waitForFunction('pageCalls.length > 0')
      expect(await pageCalls(page)).toEqual([['done', id]])
      expect(state(id)).toBe(expected)
      expect(await text(form, '#message')).toBe(words)
    },
  )

  it('timeout: leads to state 5 without calling done', async () => {
    const { id, form } = await arrive()
    await press(form, button('timeout'))
    await form.waitForFunction(
      'document.getElementById("message").textContent.includes("timed out")',
    )
    expect([state(id), await pageCalls(page)]).toEqual([5, []])
  })

  it('the form notices a timeout', async () => {
    const { form } = await arrive()
    site.clock.advance(30 * 60_000)
    await form.waitForFunction(
      'document.getElementById("message").textContent.includes("timed out")',
    )
    expect(await form.$eval('#order', (element) => (element as HTMLElement).hidden)).toBe(true)
  })

  it('the form sends what the payer typed', async () => {
    const { id, form } = await arrive({ InvoicingZip: '60359' })
    expect(await form.$eval('#mail', (input) => (input as HTMLInputElement).value)).toBe(
      'Customers@mail.adddress',
    )
    await form.locator('#mail').fill('anna@example.se')
    await form.locator('#zip').fill('11122')
    await press(form, button('approve'))
    await page.waitForFunction('pageCalls.length > 0')
    expect(await site.status(id)).toMatchObject({ Mail: 'anna@example.se', InvoicingZip: '11122' })
  })

  it('the form is Swedish for sv-SE, English otherwise', async () => {
    const swedish = await arrive({ UserLanguageCode: 'sv-SE' })
    expect(await text(swedish.form, button('approve'))).toBe('Slutför köp')
    expect(await text(swedish.form, '#price')).toBe('100,00\u00a0kr')
    const danish = await arrive({ UserLanguageCode: 'da-DK' })
    expect(await text(danish.form, button('approve'))).toBe('Complete purchase')
    expect(await text(danish.form, '.badge')).toBe('stand-in for Avarda · no real money')
  })

  it('the form reports an unknown purchase', async () => {
    await page.goto(`${host.url}/?purchaseId=nothing`)
    const form = await formOf(page)
    await form.waitForFunction('document.getElementById("message").textContent !== ""')
    expect(await text(form, '#message')).toBe('There is no such purchase.')
    expect(pageErrors.splice(0)).toEqual([expect.stringContaining('404')])
  })
})

describe('the script', () => {
  it('sets the address of the notification', async () => {
    const { id, form } = await arrive()
    await press(form, button('approve'))
    await expect.poll(() => host.notified).toEqual([`{"purchaseId":"${id}"}`])
  })

  it('before_done: calls done after the notification has arrived', async () => {
    site.simulator.fault({ call: 'Notification', kind: 'before_done' })
    const { form } = await arrive()
    await press(form, button('approve'))
    await page.waitForFunction('pageCalls.length > 0')
    expect(host.notified).toHaveLength(1)
  })

  it('calls beforeCompleteHook, which may cancel or continue', async () => {
    const { id, form } = await begin(`{
      beforeCompleteHook(result, purchaseId, method) {
        pageCalls.push(['hook', purchaseId, method, result.message.data.externalId])
        if (pageCalls.length === 1) result.cancel('Sold out.')
        else setTimeout(() => result.continue())
      },
    }`)
    await press(form, button('approve'))
    await form.waitForSelector('#notice', { visible: true })
    expect(await text(form, '#notice')).toBe('Sold out.')
    expect(state(id)).toBe(State.BeingProcessed)
    await press(form, button('approve'))
    await page.waitForFunction('pageCalls.length > 2')
    expect(await pageCalls(page)).toEqual([
      ['hook', id, 0, id],
      ['hook', id, 0, id],
      ['done', id],
    ])
  })

  it('calls updateDeliveryAddressHook with a postal code', async () => {
    const { form } = await begin(`{
      updateDeliveryAddressHook(result, info) {
        pageCalls.push(['address', info.ZipCode, info.Country])
        result.cancel('Not there.')
      },
    }`)
    await form.locator('#zip').fill('11122')
    await form.locator('#mail').click()
    await form.waitForSelector('#notice', { visible: true })
    expect(await pageCalls(page)).toEqual([['address', '11122', 'SWE']])
    expect(await text(form, '#notice')).toBe('Not there.')
  })

  it('redraws the form on updateItems, and keeps what the payer typed', async () => {
    const { id: PurchaseId, form } = await arrive()
    await form.locator('#mail').fill('anna@example.se')
    const Items = [{ Amount: 55.5, Description: 'harp' }]
    await site.call('UpdateItems', { PurchaseId, Price: 55.5, Items })
    await page.evaluate('AvardaCheckOutClient.updateItems()')
    await form.waitForFunction('document.getElementById("items").textContent.includes("harp")')
    expect(await text(form, '#price')).toBe('SEK\u00a055.50')
    expect(await form.$eval('#mail', (input) => (input as HTMLInputElement).value)).toBe(
      'anna@example.se',
    )
  })

  it('adds a stylesheet of the shop to its own, or replaces it', async () => {
    for (const [replaceDefaultCss, sheets] of [
      [false, 2],
      [true, 1],
    ] as const) {
      const css = `${host.url}/shop.css`
      const { form } = await begin(JSON.stringify({ customCssUrl: css, replaceDefaultCss }))
      await form.waitForFunction(
        'getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)"',
      )
      expect(await form.$$eval('link[rel=stylesheet]', (links) => links.length)).toBe(sheets)
    }
  })

  it('ignores messages of other origins', async () => {
    const { id, form } = await arrive()
    // The shop's page itself, which is neither the frame nor of the frame's origin.
    await page.evaluate(`postMessage({ type: 'done' }, '*')`)
    await page.evaluate(`postMessage({ type: 'redirect', url: '/elsewhere' }, '*')`)
    // Another window of the right origin.
    await page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.onload = resolve
      frame.src = ${JSON.stringify(`${site.simulator.apiUrl}/Form?purchaseId=nothing`)}
      frame.id = 'stranger'
      document.body.append(frame)
    })`)
    const stranger = await (await page.$('#stranger'))!.contentFrame()
    await stranger!.evaluate(`parent.postMessage({ type: 'done' }, '*')`)
    // A message of the form itself, after all of those.
    await press(form, button('cancel'))
    await page.waitForFunction('pageCalls.length > 0')
    expect(await pageCalls(page)).toEqual([['done', id]])
    expect(new URL(page.url()).pathname).toBe('/')
    expect(pageErrors.splice(0)).toEqual([expect.stringContaining('404')])
  })

  it('the form accepts messages of the shop’s page only', async () => {
    const { id, form } = await begin(`{
      beforeCompleteHook: (result) => { window.answer = result; pageCalls.push(['hook']) },
    }`)
    await press(form, button('approve'))
    await page.waitForFunction('pageCalls.length > 0')
    // Another window of the shop's origin.
    await page.evaluate(`{
      const stranger = document.body.appendChild(document.createElement('iframe'))
      const script = stranger.contentDocument.createElement('script')
      script.textContent =
        "parent.frames[0].postMessage({ type: 'answer', question: 'beforeComplete', goOn: true }, '*')"
      stranger.contentDocument.body.append(script)
    }`)
    await page.evaluate(`answer.cancel('Sold out.')`)
    await form.waitForSelector('#notice', { visible: true })
    expect(await text(form, '#notice')).toBe('Sold out.')
    expect(state(id)).toBe(State.BeingProcessed)
  })

  it('throws when the page has no such element', async () => {
    await page.goto(`${host.url}/?purchaseId=x&wait`)
    const failure = page.evaluate(`begin({ divId: 'nowhere' })`)
    await expect(failure).rejects.toThrow('there is no element with the id nowhere')
  })
})

describe('the card page', () => {
  const answer = (value: string) => `[data-answer=${value}]`

  async function goToCard() {
    const { id, form } = await arrive()
    await Promise.all([page.waitForNavigation(), press(form, button('gotocard'))])
    expect(page.url()).toBe(`${site.simulator.apiUrl}/Card?purchaseId=${id}`)
    expect(state(id)).toBe(State.WaitingForCardPayments)
    await page.waitForFunction('document.getElementById("price").textContent !== ""')
    return id
  }
  const goBack = (value: string) =>
    Promise.all([page.waitForNavigation(), press(page, answer(value))])

  it('the card page leaves the shop’s page and returns, and the form continues', async () => {
    const id = await goToCard()
    await goBack('paid')
    const back = new URL(page.url())
    expect(back.origin + back.pathname).toBe(`${host.url}/again`)
    expect(Object.fromEntries(back.searchParams)).toEqual({
      ...{ mine: '1', purchaseId: id, callback: '1', PaymentStatus: 'Success' },
    })
    await page.waitForFunction('pageCalls.length > 0')
    expect(state(id)).toBe(State.Completed)
    expect(await site.status(id)).toMatchObject({ PaymentMethod: 2, CardBrand: 'VISA' })
    await expect.poll(() => host.notified).toEqual([`{"purchaseId":"${id}"}`])
  })

  it.each(['refused', 'left'])('%s: lets the payer choose again', async (value) => {
    const id = await goToCard()
    await goBack(value)
    expect(new URL(page.url()).searchParams.get('PaymentStatus')).toBe('Failure')
    const form = await formOf(page)
    await form.waitForSelector('#order', { visible: true })
    expect(state(id)).toBe(State.BeingProcessed)
    await press(form, button('approve'))
    await page.waitForFunction('pageCalls.length > 0')
    expect(site.simulator.purchase(id)).toMatchObject({ State: 2, approvals: 1 })
  })

  it('leaves the purchase in state 6 when the payer does not return, or the page does not draw the form', async () => {
    const id = await goToCard()
    await goBack('paid')
    const other = await site.initialize()
    site.simulator.advance(other, State.BeingProcessed)
    site.simulator.advance(other, State.WaitingForCardPayments)
    await page.goto(`${site.simulator.apiUrl}/Card?purchaseId=${other}`)
    await press(page, answer('paid'))
    await page.waitForSelector('#notice', { visible: true })
    site.clock.advance(24 * 60 * 60_000)
    expect([state(id), state(other)]).toEqual([State.Completed, State.WaitingForCardPayments])
  })

  it('a press counts before the price has arrived', async () => {
    const id = await goToCard()
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      if (!request.url().endsWith(`/purchases/${id}`)) void request.continue()
    })
    await page.reload()
    await goBack('paid')
    expect(new URL(page.url()).searchParams.get('PaymentStatus')).toBe('Success')
  })

  it('shows the form again after the browser’s back button', async () => {
    const id = await goToCard()
    await page.goBack()
    await expect.poll(() => state(id)).toBe(State.BeingProcessed)
    expect(new URL(page.url()).origin).toBe(host.url)
  })
})

describe('the pages', () => {
  const schemes = ['light', 'dark'] as const

  it.each(schemes)('the pages have no accessibility violations, %s', async (value) => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    const { id, form } = await arrive()
    expect(await faultsOf(form)).toEqual([])
    await press(form, button('gotocard'))
    await page.waitForSelector('[data-answer]')
    await page.waitForFunction('document.getElementById("price").textContent !== ""')
    expect(await faultsOf(page)).toEqual([])
    site.simulator.approve(id)
    await page.goto(`${host.url}/?purchaseId=${id}`)
    const redrawn = await formOf(page)
    await redrawn.waitForFunction('document.getElementById("message").textContent !== ""')
    expect(await faultsOf(redrawn)).toEqual([])
  })

  it('the pages fit into 320 pixels', async () => {
    await page.setViewport({ width: 320, height: 640 })
    const description = 'Ljustillverkningsutrustningspaketen'
    const { form } = await arrive({
      ...{ UserLanguageCode: 'sv-SE', Price: 1234567.89 },
      Items: [{ Amount: 1234567.89, Description: description }],
    })
    for (const where of [page, form])
      expect(
        await where.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0)
  })
})

async function faultsOf(where: Frame | Page): Promise<readonly string[]> {
  // Evaluated through the debugger, because the page's policy allows no inline scripts.
  await where.evaluate(axe.source)
  const { violations } = (await where.evaluate('axe.run()')) as AxeResults
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}
