import type { Config } from '../config/config';
import { demoRecipient } from '../demo/first-report';
import { startMailCatcher } from '../demo/mail-catcher';
import type { MailCatcher } from '../demo/mail-catcher';
import { holdsOnlyDemo } from './demo';

export interface DemoMail {
  config: Config;
  catcher: MailCatcher | null;
}

/** A mail catcher for the demo; for real events, mail is a matter of the settings. */
export async function withDemoMail(config: Config): Promise<DemoMail> {
  const { smtp, sources, clickhouse } = config;
  const isSet = smtp.host !== null || sources.infisical.length > 0 || clickhouse.url !== null;
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
