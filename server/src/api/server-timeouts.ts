import type { Server } from 'node:http';

/** How long a client may take over its part of a request. The database has limits of its own. */
export function limitWaiting(server: Server): void {
  server.headersTimeout = 15_000;
  // Bodies of events are up to some megabytes, and come over slow lines too.
  server.requestTimeout = 120_000;
  // Go's clients, Grafana's among them, keep a connection for 90 s. Closing it earlier would meet
  // requests under way, and a POST that meets a closed connection is not sent again.
  server.keepAliveTimeout = 95_000;
}
