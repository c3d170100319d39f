import assert from 'node:assert/strict'
import type { Page } from 'puppeteer-core'
import { answerOnPhone } from './phone.ts'
import { untilRecorded } from './shopkeeper.ts'
import { Shopper } from './shopper.ts'
import { scenario } from './scenario.ts'
import { until } from './until.ts'
import { leave } from './fixture.ts'
import type { Fixture } from './fixture.ts'

const nationalId = '111111-1119'

/** What a cashier does at the shop's till. */
class Cashier extends Shopper {
  static override async arrive(fixture: Fixture): Promise<Cashier> {
    const cashier = await Cashier.open(fixture, 'netgiro-pos')
    await cashier.visit('/till')
    return cashier
  }

  /** Rings something up; the answer is the number that the shop gave it. */
  async ringsUp(product: string): Promise<string> {
    await this.page.locator(`[data-product=${product}]`).click()
    await this.page.locator('[data-take]:not([disabled])').click()
    await this.sees('input')
    return await this.page.$eval('[data-number]', (element) =>
      element.textContent.replace(/\s/g, ''),
    )
  }

  async types(text: string): Promise<void> {
    await this.page.locator('netgiro-pos >>> input:not([type=radio])').fill(text)
    await this.page.keyboard.press('Enter')
  }
}

/** The code that came by SMS to the phone of whoever owns the kennitala. */
async function codeOnPhone({ browser, demo }: Fixture): Promise<string> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.goto(demo.customerUrl)
  const code = await newestCode(page)
  await leave(context)
  return code
}

async function newestCode(page: Page): Promise<string> {
  await page.waitForSelector('[data-field=smsCode]')
  return await page.$eval('[data-field=smsCode]', (element) =>
    element.textContent.replace(/\s/g, ''),
  )
}

export function till(fixture: Fixture): void {
  scenario('a cashier takes a kennitala: a wrong code says so, the right one pays', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.ringsUp('sokkar')
    await cashier.reads('3.490 kr.')
    await cashier.types(nationalId)
    await cashier.seesStatus('awaiting_code')
    await cashier.reads('••••••1119')

    const code = await codeOnPhone(fixture)
    await cashier.types(code === '0000' ? '1111' : '0000')
    await until(
      'the code is refused',
      async () => (await cashier.snapshot())?.code?.refused === true,
    )
    await cashier.types(code)
    await cashier.seesStatus('paid')
    await untilRecorded(fixture, order, 'paid')
    assert.deepEqual(cashier.complaints, [])
    const addresses = cashier.requests.join(' ')
    assert.ok(!addresses.includes('1111111119'), 'no address holds a kennitala')
    await cashier.leave()
  })

  scenario('a scanned code of the app pays at once, and one key begins the next sale', async () => {
    const cashier = await Cashier.arrive(fixture)
    const first = await cashier.ringsUp('hufa')
    await cashier.page.keyboard.type('5000041234')
    await cashier.page.keyboard.press('Enter')
    await cashier.seesStatus('paid')
    await untilRecorded(fixture, first, 'paid')
    await cashier.page.keyboard.press('F2')
    await until('the till is empty', async () => (await cashier.snapshot()) === null)

    const second = await cashier.ringsUp('lopi')
    assert.notEqual(second, first)
    await cashier.leave()
  })

  scenario('a phone at the till is asked as it is at home', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.ringsUp('trefill')
    await cashier.types('822 3281')
    await cashier.seesStatus('awaiting_shopper')
    await answerOnPhone(fixture, order, 'Samþykkja')
    await cashier.seesStatus('paid')
    await untilRecorded(fixture, order, 'paid')
    await cashier.leave()
  })

  scenario('a sale that is cleared is closed: nobody can pay it later', async () => {
    const cashier = await Cashier.arrive(fixture)
    const order = await cashier.ringsUp('ennisband')
    await cashier.page.locator('[data-clear]').click()
    await untilRecorded(fixture, order, 'closed')
    await cashier.leave()
  })
}
