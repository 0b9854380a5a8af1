import { badParameter } from '../failure';
import type { ApiDeps } from './api';
import { pathValue } from './request-context';
import { searchOf } from './rest-query';
import type { Route } from './route';
import { text } from './schemas';
import { sendReportFile } from './send-file';

/** The links of mails, which carry their own right. */
export function downloadRoutes({ reports }: ApiDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/d/:run/:file',
      access: 'open',
      summary: 'A file of a report, by the signed link of a mail; works for 7 days',
      parameters: [
        { name: 'run', in: 'path', description: 'Id of the run', schema: text },
        { name: 'file', in: 'path', description: 'Name of the file', schema: text },
        { name: 'e', in: 'query', description: 'When the link expires', schema: text },
        { name: 's', in: 'query', description: 'Signature of the link', schema: text },
      ],
      answer: { status: 200, description: 'The file', content: { 'text/csv': text } },
      handle: async (request, response) => {
        const search = searchOf(request.url);
        const [expires, signature] = [search.get('e'), search.get('s')];
        if (expires === null || signature === null) {
          throw badParameter('s', 'This download link is not whole: copy all of it.');
        }
        const file = pathValue(request, 'file');
        const link = { run: pathValue(request, 'run'), file, expires, signature };
        // Mail programs look whether a link works; that is no download.
        const path = await reports.linkedDownload(link, request.method === 'GET');
        await sendReportFile(request, response, { path, name: file });
      },
    },
  ];
}
