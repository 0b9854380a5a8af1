import { existsSync } from 'node:fs';
import { openStore } from '../compose';
import type { Config } from '../config/config';
import { demoRecipient } from '../demo/first-report';
import { startMailCatcher } from '../demo/mail-catcher';
import type { MailCatcher } from '../demo/mail-catcher';
import { isDemo, sourcesIn } from './demo';

export interface DemoMail {
  config: Config;
  catcher: MailCatcher | null;
}

/** A mail catcher for the demo; for real events, mail is a matter of the settings. */
export async function withDemoMail(config: Config): Promise<DemoMail> {
  const isSet = config.smtp.host !== null || config.sources.infisical.length > 0;
  if (isSet || !(await holdsOnlyDemo(config))) return { config, catcher: null };
  const catcher = await startMailCatcher();
  const { smtpPort: port } = catcher;
  return {
    catcher,
    config: {
      ...config,
      smtp: { ...config.smtp, host: '127.0.0.1', port, tls: 'if-offered', user: null },
      reports: {
        ...config.reports,
        recipients: [...config.reports.recipients, `@${demoRecipient.split('@')[1] ?? ''}`],
      },
    },
  };
}

async function holdsOnlyDemo(config: Config): Promise<boolean> {
  if (config.clickhouse.url !== null) return false;
  if (!existsSync(config.paths.store)) return true;
  const store = await openStore(config);
  try {
    const sources = await sourcesIn(store);
    return sources.length === 0 || isDemo(sources);
  } finally {
    await store.close();
  }
}
