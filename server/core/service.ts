/** A part of the server that does something by itself, from `start` until `stop`. */
export interface Service {
  start(): void | Promise<void>
  /** Begins nothing new; resolves when what is under way has ended. */
  stop(): Promise<void>
}
