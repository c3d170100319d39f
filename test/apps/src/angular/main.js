// Compiles the templates where they run, as the packages of Angular need it without Angular's own build.
import '@angular/compiler'
import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser'
import { Shop } from './Shop.js'

// A page that a server has rendered holds the element already, and hydrates when the test says so.
if (document.querySelector('#app').firstElementChild)
  window.app.hydrate = () => bootstrapApplication(Shop, { providers: [provideClientHydration()] })
else await bootstrapApplication(Shop)
