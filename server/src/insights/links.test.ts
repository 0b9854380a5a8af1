import * as fc from 'fast-check';
import { fillLink } from './links';

describe('a link', () => {
  it('is the template with its values encoded', () => {
    const template = 'https://a.example/{project_id}/x?path={secret_path}&q={secret_key}#{unknown}';
    expect(fillLink(template, { project_id: 'p/1', secret_path: '/a b', secret_key: 'ü&=?' })).toBe(
      'https://a.example/p%2F1/x?path=%2Fa%20b&q=%C3%BC%26%3D%3F#',
    );
    expect(fillLink(undefined, {})).toBeNull();
  });

  it('never leads elsewhere than the template says, whatever the values are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (key, path) => {
        const link = fillLink('https://a.example/{secret_path}/{secret_key}', {
          secret_key: key,
          secret_path: path,
        });
        expect(link === null ? '' : new URL(link).origin).toMatch(/^(https:\/\/a\.example)?$/);
      }),
    );
    for (const template of ['javascript:{secret_key}', '{secret_key}', 'data:text/html,x', 'no']) {
      expect(fillLink(template, { secret_key: 'alert(1)' })).toBeNull();
    }
    expect(fillLink('{secret_key}', { secret_key: 'https://evil.example' })).toBeNull();
    expect(fillLink('https://a.example/{secret_key}', { secret_key: '\ud800' })).toBe(
      'https://a.example/%EF%BF%BD',
    );
  });
});
