import { Failure } from '../../../failure';
import type { DigestRow, VerdictRow } from '../../../store/inventory/collected';
import type { InventoryItem } from '../../../store/inventory/item';
import type { Secret } from '../api/questions';
import type { Digester } from './digests';
import { secretItem } from './items';
import type { CompiledRule, Verdict } from './rules';

/** What is kept of a secret while its project is read; its value is not. */
export interface Taken {
  item: InventoryItem;
  digest: string | null;
  verdicts: readonly Verdict[];
  /** Holds if the value turns out to be another secret's too. */
  ifRepeated: readonly Verdict[];
  /** Asked for, and not shown to us. */
  isHidden: boolean;
}

const mask = '<hidden-by-infisical>';

/** The one place that sees a value: everything that is wanted of it is worked out, and it is let go. */
export const takeSecret =
  (environment: string, rules: readonly CompiledRule[], digester: Digester | null) =>
  (secret: Secret): Taken => {
    const { secretKey, secretPath, secretValue } = secret;
    const isHidden = secret.secretValueHidden === true || secretValue === mask;
    const value = digester === null || isHidden ? null : secretValue;
    const judged = { environment, secretPath, secretKey, value };
    const applying = rules.filter((rule) => rule.applies(judged));
    return {
      item: secretItem(secret, environment),
      digest: value === null || digester === null ? null : digester.digest(value),
      verdicts: applying.flatMap((rule) => rule.judge(judged)),
      ifRepeated: applying.flatMap(({ repeated }) => (repeated === null ? [] : [repeated])),
      isHidden: digester !== null && isHidden,
    };
  };

const placeOf = ({ item }: Taken) => ({
  environment: item.environment ?? '',
  secret_path: item.secretPath ?? '',
  secret_key: item.name,
  secret_id: item.id,
});

/** @throws Failure where values were hidden: digests of some secrets would pass for those of all. */
export function digestRows(taken: readonly Taken[], { keyId }: Digester): DigestRow[] {
  requireShown(taken);
  return taken.flatMap((each) =>
    each.digest === null ? [] : [{ ...placeOf(each), key_id: keyId, digest: each.digest }],
  );
}

/** @throws Failure where a rule is about values and some were hidden. */
export function verdictRows(taken: readonly Taken[], rules: readonly CompiledRule[]): VerdictRow[] {
  if (rules.some(({ target }) => target === 'value')) requireShown(taken);
  const seen = new Map<string, number>();
  for (const { digest } of taken) {
    if (digest !== null) seen.set(digest, (seen.get(digest) ?? 0) + 1);
  }
  return taken.flatMap((each) => {
    const isRepeated = each.digest !== null && (seen.get(each.digest) ?? 0) > 1;
    return [...each.verdicts, ...(isRepeated ? each.ifRepeated : [])].map(
      ({ ruleName, constraintType, violation }) => ({
        ...placeOf(each),
        rule_name: ruleName,
        constraint_type: constraintType,
        violation,
      }),
    );
  });
}

function requireShown(taken: readonly Taken[]): void {
  const hidden = taken.filter(({ isHidden }) => isHidden).length;
  if (hidden === 0) return;
  throw new Failure(
    'not-allowed',
    `The values of ${hidden} secrets are hidden from the machine identity: give it the right to read values, or take digest_key and rules about values out of the settings.`,
  );
}
