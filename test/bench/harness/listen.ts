import type { Server } from 'node:net'
import { listen as listenOn } from '../../../server/listening.ts'

/** @returns the free port of this machine that the server listens on. */
export const listen = async (server: Server): Promise<number> => (await listenOn(server)).port
