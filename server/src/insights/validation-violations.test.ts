import { collectCopies, digestKey } from '../../test/collecting';
import type { Collecting } from '../../test/collecting';
import { ask, everyone } from '../../test/harness';
import type { InfisicalStandIn } from '../../test/infisical-stand-in';
import type { InfisicalSource } from '../config/infisical-source';

let standIn: InfisicalStandIn;
let at: Collecting;
const poll = collectCopies((opened) => ({ at, standIn } = opened));
const optedIn = { digest_key: digestKey };
const notices = async (): Promise<string[]> =>
  (await ask(at.insights, 'validation-violations')).meta.notices.map(({ text }) => text);

describe('validation-violations', () => {
  const rules: InfisicalSource['rules'] = [
    { name: 'names', target: 'key', pattern: '^[A-F]$' },
    { name: 'lengths', target: 'value', min_length: 6, environment: 'prod' },
  ];
  it('lists each broken constraint, and nothing of the value', async () => {
    await poll({ ...optedIn, rules });
    const { rows } = await ask(at.insights, 'validation-violations');
    expect(
      rows.map((row) => [row.project, row.environment, row.secret_key, row.rule_name].join(' ')),
    ).toEqual([
      'PAY prod G names',
      'PAY prod H names',
      'SHOP dev EMPTY names',
      'SHOP dev REF names',
      'SHOP prod C lengths',
      'SHOP prod EMPTY lengths',
      'SHOP prod EMPTY names',
      'SHOP prod REF names',
    ]);
    expect(rows[4]).toMatchObject({
      constraint_type: 'Minimum length',
      violation: 'The value is shorter than 6 characters.',
    });
    expect(JSON.stringify(rows)).not.toContain('own-1');
    expect(await notices()).toEqual([]);
  });

  it('is unknown without rules, and after they were taken out', async () => {
    await poll();
    expect(await notices()).toEqual([
      expect.stringContaining('unknown in 2 projects: it has no rules in the settings'),
    ]);
    await poll({ rules: rules.slice(0, 1) });
    expect((await ask(at.insights, 'validation-violations')).rows).toHaveLength(6);
    expect(standIn.asked(/v4/).map(({ query }) => query.viewSecretValue)).not.toContain('true');
    await poll();
    expect((await ask(at.insights, 'validation-violations')).rows).toEqual([]);
  });

  it('keeps to the projects of the caller', async () => {
    await poll({ rules: rules.slice(0, 1) });
    const { rows } = await ask(at.insights, 'validation-violations', {
      caller: { ...everyone, projects: ['project-pay'] },
    });
    expect(rows.map(({ secret_key: key }) => key)).toEqual(['G', 'H']);
  });
});
