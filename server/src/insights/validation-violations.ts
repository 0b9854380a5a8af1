import { sql } from '../store/sql';
import { key, label } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, place, secretKey } from './inventory-fields';
import { splitUnknown, unknownFindings } from './unknown-findings';

export const validationViolations = defineInsight({
  id: 'validation-violations',
  version: 1,
  title: 'Validation violations',
  about:
    'Secrets that break a rule of the settings, of now; one row for each constraint that is broken. Rules about values need a digest_key; values that are references are not judged. Whether a secret repeats one of its own earlier values cannot be seen, because earlier values are never read.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  isReshaped: true,
  params: {},
  filters: inventoryFilters,
  columns: {
    secret_key: secretKey,
    ...place,
    rule_name: key('Rule', 'Name of the rule in the settings'),
    constraint_type: label('Constraint', 'What the rule asks for'),
    violation: label('Violation', 'What is wrong, without anything of the value'),
  },
  query: ({ violations, findings }) => sql`
    SELECT * FROM (SELECT '' AS unknown_source, 0 AS unknown_projects, '' AS unknown_reason, secret_key, project, environment, secret_path, rule_name, constraint_type, violation
    FROM ${violations()}
    UNION ALL
    SELECT unknown_source, unknown_projects, unknown_reason, '', '', '', '', '', '', '' FROM ${unknownFindings(findings, 'rules')})
    ORDER BY unknown_source DESC, project, environment, secret_path, secret_key, rule_name, constraint_type`,
  after: (rows) =>
    splitUnknown(rows, 'Violations', 'it has no rules in the settings, or was not read since.'),
});
