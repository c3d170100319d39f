import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core'
import { connect, hear, orders, server } from '../app.js'

export const Shop = Component({
  selector: '#app',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `@for (order of shown(); track order.id) {
    @if (order.isShown) {
      <netgiro-checkout [attr.data-order]="order.id" [attr.session]="order.session" [attr.server]="server" locale="en"
        (netgiro-before-start)="hear(order.id, 'before-start')" (netgiro-paid)="hear(order.id, 'paid')">
        <p>Another way</p>
      </netgiro-checkout>
    }
  }`,
})(
  class {
    shown = signal(orders)
    server = server
    hear = hear

    constructor() {
      connect((value) => this.shown.set(value))
    }
  },
)
