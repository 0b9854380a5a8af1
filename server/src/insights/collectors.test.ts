import { collectCopies } from '../../test/collecting';
import type { Collecting } from '../../test/collecting';
import { ask, everyone } from '../../test/harness';
import type { InfisicalStandIn } from '../../test/infisical-stand-in';

let standIn: InfisicalStandIn;
let at: Collecting;
const poll = collectCopies((opened) => ({ at, standIn } = opened));

describe('collectors', () => {
  it('shows what each source was asked for, and what fails', async () => {
    await poll();
    standIn.faults.push({
      path: /v4/,
      query: { projectId: 'project-pay' },
      times: 9,
      how: { status: 403 },
    });
    await poll();
    const { rows } = await ask(at.insights, 'collectors');
    expect(rows).toMatchObject([
      {
        source: 'main',
        kind: 'inventory',
        state: 'failing',
        error: expect.stringContaining("refuses the secrets of 'prod' in project 'PAY' (403)"),
        failing: 1,
        projects: 2,
      },
      { kind: 'projects', state: 'ok', error: '', failing: 0, projects: 1 },
      { kind: 'rotations', state: 'ok', failing: 0, projects: 2 },
    ]);
    const { rows: others } = await ask(at.insights, 'collectors', {
      params: { leave_out: 'rotations,inventory' },
    });
    expect(others.map(({ kind }) => kind)).toEqual(['projects']);
    const attempts = at.attempts.filter(({ kind }) => kind === 'inventory');
    const newest = (isOk: boolean): string =>
      new Date(
        Math.max(
          ...attempts.filter((each) => !isOk || each.error === null).map((each) => each.finishedAt),
        ),
      ).toISOString();
    expect(rows[0]).toMatchObject({ last_success: newest(true), last_attempt: newest(false) });
    standIn.faults.length = 0;
    await poll();
    expect((await ask(at.insights, 'collectors')).rows[0]).toMatchObject({
      state: 'ok',
      error: '',
    });
  });

  it('says nothing of projects that the caller may not see', async () => {
    standIn.faults.push({
      path: /v4/,
      query: { projectId: 'project-pay' },
      times: 9,
      how: { status: 403 },
    });
    await poll();
    const { rows } = await ask(at.insights, 'collectors', {
      caller: { ...everyone, projects: ['project-shop'] },
    });
    expect(rows.map(({ kind, state }) => [kind, state])).toEqual([
      ['inventory', 'ok'],
      ['rotations', 'ok'],
    ]);
  });
});
