import type { StateLog } from '../../../store/state-log';

const kind = 'collector-identity';

/** Machine identities that collectors have signed in as: what they read is nobody's use of a secret. */
export const rememberedIdentities = (state: StateLog): string[] =>
  state.list(kind).map(({ key }) => key);

/** For good: events of an identity stay its own after the settings name another. */
export async function rememberIdentity(
  state: StateLog,
  identityId: string,
  source: string,
): Promise<void> {
  if (rememberedIdentities(state).includes(identityId)) return;
  await state.append(kind, identityId, { source });
}
