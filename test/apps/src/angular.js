// Compiles the templates in the browser, as the packages of Angular need it without Angular's own build.
import '@angular/compiler'
import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

const Shop = Component({
  selector: '#app',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `@if (isShown()) {
    <netgiro-checkout [session]="session()" [server]="server" locale="en"
      (netgiro-before-start)="hear('before-start')" (netgiro-paid)="hear('paid')" />
  }`,
})(
  class {
    session = signal(null)
    isShown = signal(true)
    server = server
    hear = hear

    constructor() {
      window.app = {
        heard,
        setSession: (value) => this.session.set(value),
        show: (value) => this.isShown.set(value),
      }
    }
  },
)

await bootstrapApplication(Shop)
