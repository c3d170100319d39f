/** For a process of its own (`node --import`): it gets a SIGTERM at the moment in which it opens its port. */
import { Server } from 'node:net'

const { listen } = Server.prototype
Server.prototype.listen = function (...where) {
  Server.prototype.listen = listen
  process.kill(process.pid, 'SIGTERM')
  return listen.apply(this, where)
}
