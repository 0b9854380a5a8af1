import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from './config/config';
import { start } from './main';
import type { Running } from './main';

const token = 'admin-token-of-the-tests-only';

describe('stopping the server', () => {
  let folder: string;
  let running: Running;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secret-insights-stop-'));
    const env = {
      SECRET_INSIGHTS_DATA: folder,
      SECRET_INSIGHTS_BIND: '127.0.0.1:0',
      SECRET_INSIGHTS_LOG_LEVEL: 'silent',
      SECRET_INSIGHTS_ADMIN_TOKEN: token,
    };
    running = await start(loadConfig(env, folder));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const timed = async (): Promise<number> => {
    const started = performance.now();
    await running.stop();
    return performance.now() - started;
  };
  const open = (): Socket =>
    connect(Number(new URL(running.url).port), '127.0.0.1').on('error', () => undefined);
  const head = `Host: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
  const begun = `POST /api/v1/query HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{`;

  it('ends although clients keep their connections and ask on and on', async () => {
    const clients = Array.from({ length: 10 }, () => {
      const socket = open();
      const connections: string[] = [];
      socket.setEncoding('utf8').on('data', (text: string) => {
        for (const [, connection = ''] of text.matchAll(/^connection: (.*)\r$/gim)) {
          connections.push(connection);
          socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        }
      });
      socket.write(begun);
      return { socket, connections };
    });
    await wait(500);
    const stopped = timed();
    for (const { socket } of clients) {
      await wait(37);
      socket.write('}');
    }
    expect(await stopped).toBeLessThan(7_000);
    // What the server sent last may still be on its way to a client of this same process.
    const left = clients.filter(({ socket }) => !socket.destroyed);
    await Promise.all(left.map(({ socket }) => once(socket, 'close')));
    // What was under way is answered, and who asks at once again is told to leave.
    const answers = clients.map(({ connections }) => connections.join());
    expect(answers).not.toContain('');
    expect(answers).toContain('keep-alive,close');
  });

  it('ends although a client never finishes what it sends', async () => {
    open().write(begun);
    await wait(200);
    const took = await timed();
    expect(took).toBeGreaterThan(7_000);
    expect(took).toBeLessThan(15_000);
  });
});
