import type { RequestHandler } from 'express';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { IngestAnswer } from '../contract';
import { Failure } from '../failure';
import type { Poll } from '../store/inventory/polls';
import type { StatementStatistics, Store } from '../store/store';
import { lanes } from '../store/turns';
import { callerOf, contextOf } from './request-context';
import type { Route } from './route';
import { text } from './schemas';

/** What Prometheus reads. No label ever holds a name from events or requests. */
export class Metrics {
  readonly registry = new Registry();

  readonly #requests = new Histogram({
    name: 'secret_insights_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  readonly #statements = new Histogram({
    name: 'secret_insights_statement_seconds',
    help: 'Time of statements in the database, waiting for a connection included',
    labelNames: ['surface', 'outcome'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  readonly #events = new Counter({
    name: 'secret_insights_ingest_events_total',
    help: 'Events that came in by HTTP',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly #refusedBodies = new Counter({
    name: 'secret_insights_ingest_refused_bodies_total',
    help: 'Bodies of events that were refused whole',
    registers: [this.registry],
  });

  readonly #polls = new Counter({
    name: 'secret_insights_collector_attempts_total',
    help: 'Attempts to ask a source, by what was asked for',
    labelNames: ['source', 'kind', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly #lastSuccess = new Gauge({
    name: 'secret_insights_collector_last_success_timestamp_seconds',
    help: 'When a source last gave what it was asked for, in seconds since 1970',
    labelNames: ['source', 'kind'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    // Present from the start, so that a rate over them has a first value.
    for (const outcome of ['stored', 'rejected']) this.#events.inc({ outcome }, 0);
  }

  /** Handed to the store, which calls it after every statement. */
  readonly statements: StatementStatistics = {
    onStatement: (surface, seconds, failure) =>
      this.#statements.observe({ surface, outcome: failure?.kind ?? 'ok' }, seconds),
  };

  /** Reads from the store, whenever somebody looks, who waits there and what is kept. */
  watch({ turns, shared }: Pick<Store, 'turns' | 'shared'>): void {
    const registers = [this.registry];
    new Gauge({
      name: 'secret_insights_statements',
      help: 'Statements of viewers that run or wait for their turn, by lane',
      labelNames: ['lane', 'state'] as const,
      registers,
      collect() {
        for (const lane of lanes) {
          this.set({ lane, state: 'running' }, turns.running(lane));
          this.set({ lane, state: 'waiting' }, turns.waiting(lane));
        }
      },
    });
    new Gauge({
      name: 'secret_insights_answers_bytes',
      help: 'Memory of the answers that are kept for the next who asks the same, and its limit',
      labelNames: ['what'] as const,
      registers,
      collect() {
        this.set({ what: 'kept' }, shared.bytes);
        this.set({ what: 'limit' }, shared.limit);
      },
    });
    new Counter({
      name: 'secret_insights_answers_total',
      help: 'Statements of viewers by how they were answered: asked, joined one under way, or kept',
      labelNames: ['how'] as const,
      registers,
      collect() {
        this.reset();
        for (const [how, count] of Object.entries(shared.counts)) this.inc({ how }, count);
      },
    });
  }

  readonly timeRequests: RequestHandler = (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - started) / 1_000;
      const { route } = contextOf(request);
      // 499, as proxies count it, where the caller left before the end.
      const status = response.writableFinished ? response.statusCode : 499;
      this.#requests.observe({ route, method: request.method, status }, seconds);
    });
    next();
  };

  countIngest(answer: IngestAnswer): void {
    this.#events.inc({ outcome: 'stored' }, answer.stored);
    this.#events.inc({ outcome: 'rejected' }, answer.rejected_total);
  }

  countPoll({ source, kind, error, finishedAt }: Poll): void {
    this.#polls.inc({ source, kind, outcome: error === null ? 'ok' : 'failed' });
    if (error === null) this.#lastSuccess.set({ source, kind }, finishedAt / 1_000);
  }

  countRefusedBody(): void {
    this.#refusedBodies.inc();
  }
}

export function metricRoutes({ registry }: Metrics): Route[] {
  return [
    {
      method: 'get',
      path: '/metrics',
      access: ['insights', 'admin'],
      summary: 'Metrics of this server for Prometheus',
      description: 'The token must be for all projects: the figures are of the whole server.',
      answer: { status: 200, description: 'The metrics', content: { 'text/plain': text } },
      handle: async (request, response) => {
        if (callerOf(request).projects !== null) {
          throw new Failure(
            'not-allowed',
            'The metrics are of the whole server: this call needs a token for all projects.',
          );
        }
        const metrics = await registry.metrics();
        response.setHeader('Content-Type', registry.contentType);
        response.end(metrics);
      },
    },
  ];
}
