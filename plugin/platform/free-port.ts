import { once } from 'node:events';
import { createServer } from 'node:net';
import { hasErrorCode } from './error-code.ts';

const mostTries = 200;

/** The first port from `first` on that nothing on the loopback interface listens on at this moment. */
export async function findFreePort(first: number): Promise<number> {
  for (let port = first; port < first + mostTries; port++) if (await isFree(port)) return port;
  throw new Error(`no port from ${first} on is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EADDRINUSE', 'EACCES')) return false;
    throw error;
  } finally {
    server.close();
  }
}
