import { request } from 'node:http';
import { Smtp } from '../reports/smtp';
import { startMailCatcher } from './mail-catcher';
import type { MailCatcher } from './mail-catcher';

let catcher: MailCatcher;
beforeAll(async () => {
  catcher = await startMailCatcher({ webPort: 0 });
});
afterAll(() => catcher.stop());

const send = (subject: string, html: string) =>
  new Smtp({
    host: '127.0.0.1',
    port: catcher.smtpPort,
    tls: 'if-offered',
    user: null,
    password: '',
    from: 'Demo <demo@example.org>',
  }).send({
    to: 'ann@example.org',
    messageId: `<${subject.length}@example.org>`,
    subject,
    replyTo: null,
    text: 'as text',
    html,
    attachments: [],
  });

/** With a Host header of one's own, which fetch does not let through. */
const statusFor = (host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(catcher.url, { headers: { host } }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end();
  });

describe('the mail catcher', () => {
  it('shows what it caught, locked in: no script, nothing from elsewhere', async () => {
    expect(await send('<b>Hello</b>', '<p>hi</p><script>alert(1)</script>')).toEqual({
      state: 'accepted',
      reason: null,
    });
    const list = await (await fetch(catcher.url)).text();
    expect(list).toContain('&lt;b&gt;Hello&lt;/b&gt;');
    expect(list).not.toContain('<b>Hello');
    const mail = await fetch(`${catcher.url}/1/html`);
    expect(await mail.text()).toContain('<p>hi</p>');
    expect(mail.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*; sandbox$/);
    expect(await (await fetch(`${catcher.url}/1`)).text()).toContain('<iframe sandbox');
    expect(await (await fetch(`${catcher.url}/1/text`)).text()).toContain('as text');
    expect((await fetch(`${catcher.url}/2`)).status).toBe(404);
    expect((await fetch(`${catcher.url}/1/files/0`)).status).toBe(404);
  });

  it('only reads, and only under its own name', async () => {
    expect((await fetch(catcher.url, { method: 'POST' })).status).toBe(405);
    expect(await statusFor('evil.example')).toBe(421);
    expect(await statusFor(new URL(catcher.url).host)).toBe(200);
  });

  it('keeps the newest fifty', async () => {
    for (let index = 0; index < 51; index += 1) await send(`mail ${index}`, '<p>x</p>');
    expect(catcher.caught()).toHaveLength(50);
    expect(catcher.caught()[0]?.mail.subject).toBe('mail 50');
  });
});
