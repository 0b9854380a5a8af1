/** A whole server in a process of its own, with the settings of its environment, until it is killed. */
import { loadConfig } from '../../src/config/config';
import { start } from '../../src/main';

start(loadConfig(process.env, process.env.SECRET_INSIGHTS_DATA))
  .then(({ url }) => process.send?.({ url }))
  .catch((error: unknown) => {
    process.send?.({ error: String(error) });
    process.exitCode = 1;
  });
