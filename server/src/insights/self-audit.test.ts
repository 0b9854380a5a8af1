import { SelfAudit } from '../audit/self-audit';
import { ask, everyone, now, openTestStore } from '../../test/harness';

describe('self-audit', () => {
  it('shows who looked at what; what broke off has no number', async () => {
    const test = await openTestStore();
    const audit = new SelfAudit(test.store, () => now - 1_000);
    const by = { token: { name: 'grafana' }, grafana: { user: 'ann', email: 'ann@example.com' } };
    const act = { action: 'export' as const, insight: 'events', filters: [] };
    const note = await audit.begin(by, {
      ...act,
      filters: [{ field: 'ip', op: 'not-cidr', values: ['10.0.0.0/8'] }],
      range: { from: now - 86_400_000, to: now },
    });
    await note(12);
    await audit.begin({ token: { name: 'script' }, grafana: null }, act);
    const { rows } = await ask(await test.insights(), 'self-audit');
    const time = new Date(now - 1_000).toISOString();
    expect(rows).toEqual([
      {
        time,
        token: 'grafana',
        user: 'ann',
        action: 'export',
        insight: 'events',
        filters: {
          from: '2026-03-14T10:30:00.000Z',
          to: '2026-03-15T10:30:00.000Z',
          'ip.not-cidr': ['10.0.0.0/8'],
        },
        rows: 12,
      },
      {
        time,
        token: 'script',
        user: '',
        action: 'export',
        insight: 'events',
        filters: {},
        rows: null,
      },
    ]);
    const caller = { ...everyone, projects: ['project-a'] };
    expect((await ask(await test.insights(), 'self-audit', { caller })).rows).toEqual([]);
    await test.close();
  });
});
