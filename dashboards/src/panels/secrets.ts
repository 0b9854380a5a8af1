import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { panelIds } from '../ids';
import { asked, links, panelLink, resource, toActor, toSecret } from '../links';
import { dataSource, insight, type VariableField } from '../query';
import { badges, count, emptyShownAs, gauge, hidden, minute, titled, width } from './columns';

const confidence = [...badges({ exact: 'semi-dark-green', bulk: 'semi-dark-blue' }), width(110)];

/** How long single events are kept unless set otherwise. */
const everKept = '400d';

export const topSecrets = () =>
  new Table()
    .id(panelIds.topSecrets)
    .title('Top secrets')
    .description(
      'The secrets that reads named most often in the range. A bulk read names none. Click a secret to see who reads it.',
    )
    .datasource(dataSource)
    .withTarget(insight('top-secrets', { params: { limit: 10 } }))
    .gridPos({ x: 0, y: 29, w: 24, h: 8 })
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('project', [width(150)])
    .overrideByName('environment', [width(120)])
    .overrideByName('secret_key', [links(toSecret())])
    .overrideByName('reads', [...count, ...gauge(), width(240)])
    .overrideByName('readers', [...count, width(100)])
    .overrideByName('last_read', minute);

/** What somebody who leaves has seen, and whether it was changed since. */
export const secretsOfActor = (id: number, variables: readonly VariableField[]) =>
  new Table()
    .id(id)
    .title('Every secret they read')
    .description(
      'All secrets that the chosen actors read in the past 400 days, whatever range is chosen above, and whether each was changed or rotated since the last read. exact: the secret was named; bulk: its folder was read.',
    )
    .datasource(dataSource)
    .withTarget(insight('actor-secrets', { variables }))
    .timeFrom(everKept)
    .links([
      panelLink(
        'For a leaver review: this list as CSV',
        resource(
          `insights/actor-secrets?format=csv&${asked(variables, `from=now-${everKept}&to=now`)}`,
        ),
      ),
    ])
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('project', [width(150)])
    .overrideByName('environment', [width(120)])
    .overrideByName('secret_key', [emptyShownAs('no known secret'), links(toSecret())])
    .overrideByName('first_read', minute)
    .overrideByName('last_read', minute)
    .overrideByName('reads', [...count, width(90)])
    .overrideByName('rotated_since', [
      ...badges(
        { true: 'semi-dark-green', false: 'semi-dark-orange' },
        { true: 'changed', false: 'not yet' },
      ),
      width(130),
    ])
    .overrideByName('confidence', confidence);

const readersOf = (id: number, variables: readonly VariableField[]) =>
  new Table()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight('secret-readers', { variables }))
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('actor', hidden)
    .overrideByName('actor_type', [width(110)])
    .overrideByName('actor_name', [links(toActor('actor'))])
    .overrideByName('first_read', minute)
    .overrideByName('last_read', minute)
    .overrideByName('confidence', confidence);

export const readers = (id: number, variables: readonly VariableField[]) =>
  readersOf(id, variables)
    .overrideByName('reads', [...count, width(90)])
    .title('All readers')
    .description(
      'Everybody who read the chosen secrets in the range, with the first and the last time and how often. exact: a read named the secret; bulk: its folder was read, which returns it. Click a name to see all that actor did.',
    )
    .links([
      panelLink(
        'This list as CSV',
        resource(`insights/secret-readers?format=csv&${asked(variables)}`),
      ),
    ])
    .overrideByName('project', [width(140)])
    .overrideByName('environment', [width(120)]);

/** One reader alone: who was first, or who was last. */
export const oneReader = (
  id: number,
  which: 'first' | 'last',
  variables: readonly VariableField[],
) => {
  const [kept, dropped] =
    which === 'first' ? ['first_read', 'last_read'] : ['last_read', 'first_read'];
  return readersOf(id, variables)
    .title(which === 'first' ? 'First reader' : 'Last reader')
    .description(
      `Who read the chosen secrets ${which} in the range. A wider range may know of an earlier or a later read.`,
    )
    .withTransformation({
      id: 'sortBy',
      options: {
        sort: [{ field: which === 'first' ? 'First read' : 'Last read', desc: which === 'last' }],
      },
    })
    .withTransformation({ id: 'limit', options: { limitField: 1 } })
    .overrideByName(kept, [titled(which === 'first' ? 'First read' : 'Last read')])
    .overrideByName(dropped, hidden)
    .overrideByName('project', hidden)
    .overrideByName('environment', hidden)
    .overrideByName('secret_path', hidden)
    .overrideByName('secret_key', hidden)
    .overrideByName('reads', hidden);
};
