import { once } from 'node:events';
import type { Server } from 'node:http';

const lookEveryMs = 100;

/**
 * Lets requests under way finish, for a while. A client that keeps its connection and asks on and on
 * is told to leave with its next answer; waiting until it pauses could take for ever.
 */
export async function stopServing(server: Server, withinMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), lookEveryMs);
  const patience = setTimeout(() => server.closeAllConnections(), withinMs);
  try {
    await closed;
  } finally {
    clearInterval(idle);
    clearTimeout(patience);
  }
}
