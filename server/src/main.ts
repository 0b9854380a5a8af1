import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from './api/log';
import { Metrics } from './api/metrics';
import { limitWaiting } from './api/server-timeouts';
import { stopServing } from './api/stop-serving';
import { openStore } from './compose';
import type { Config } from './config/config';
import { Failure } from './failure';
import type { Insights } from './insights/insights';
import { openLeading } from './leading';
import { openReading } from './reading';
import type { Role } from './role';
import { Lease } from './store/lease';

export interface Running {
  /** Where the API answers, without a slash at the end. */
  url: string;
  insights: Insights;
  /** Lets requests under way finish, for some seconds, then closes the store. */
  stop: () => Promise<void>;
}

/** Container runtimes kill what has not ended ten seconds after it was asked to. */
const stopWithinMs = 8_000;

/**
 * Starts the server: config → store → sources → insights → readers.
 * @throws Failure with a sentence where a setting, the store or the port does not allow it.
 */
export async function start(config: Config): Promise<Running> {
  const log = createLogger(config.logLevel);
  const metrics = new Metrics();
  const store = await openStore(config, metrics.statements);
  metrics.watch(store);
  let lease: Lease | undefined;
  try {
    const held = await Lease.join(store, {
      url: config.advertisedUrl,
      onError: (error) =>
        log.error({ err: error }, 'the lease of the database could not be renewed'),
    });
    lease = held;
    const parts = { config, log, metrics, store, lease: held };
    const open = (): Promise<Role> => (held.isHeld ? openLeading(parts) : openReading(parts));
    let role: Role | undefined;
    const change = async (): Promise<void> => {
      if (role?.leads === held.isHeld) return;
      await role?.stop();
      role = await open();
      await role.begin();
      log.info({ leads: role.leads }, role.leads ? 'this server writes' : 'another server writes');
    };
    // One after another, and not in the way of renewing.
    let changed = change();
    held.keep(() => {
      changed = changed.then(change).catch((error: unknown) => {
        log.error({ err: error }, 'taking turns at writing failed, and is tried again');
        held.lose();
      });
    });
    await changed;
    const now = (): Role => {
      if (!role) throw new Failure('busy', 'This server is about to start.');
      return role;
    };
    // One server whatever its role: who is connected stays so when it changes.
    const server = createServer((request, response) => now().answer(request, response));
    limitWaiting(server);
    server.listen(config.bind.port, config.bind.host);
    await once(server, 'listening');
    return {
      url: addressOf(server.address() as AddressInfo),
      get insights() {
        return now().insights;
      },
      stop: async () => {
        await Promise.all([
          stopServing(server, stopWithinMs),
          // What breaks off is counted, or told to be unknown, after the next start.
          Promise.race([now().stop(), sleep(stopWithinMs, undefined, { ref: false })]),
        ]);
        await held.release();
        await store.close();
      },
    };
  } catch (error) {
    await lease?.release();
    await store.close();
    throw error;
  }
}

const addressOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
