import type { ProjectDirectory } from '../store/projects';
import { tokenRequestSchema } from '../tokens/token';
import type { ApiDeps } from './api';
import { pathValue } from './request-context';
import type { Route } from './route';
import { reference, text } from './schemas';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function tokenRoutes({ tokens, insights }: ApiDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/api/v1/tokens',
      access: ['admin'],
      summary: 'The tokens there are, without the tokens themselves',
      answer: {
        status: 200,
        description: 'The tokens',
        content: { 'application/json': reference('TokenList') },
      },
      handle: (_request, response) => {
        response.json({ tokens: tokens.list() });
      },
    },
    {
      method: 'post',
      path: '/api/v1/tokens',
      access: ['admin'],
      summary: 'Makes a token and shows it, this once',
      body: { kind: 'json', types: ['application/json'], schema: reference('TokenRequest') },
      answer: {
        status: 201,
        description: 'The new token',
        content: { 'application/json': reference('NewToken') },
      },
      handle: async (request, response) => {
        const { name, capabilities, projects, expires_at } = tokenRequestSchema.parse(request.body);
        const { token, secret } = await tokens.create({
          name,
          capabilities,
          projects: projects ? projectIds(insights.projects, projects) : null,
          expiresAt: expires_at ? Date.parse(expires_at) : null,
        });
        response.status(201).json({ ...token, token: secret });
      },
    },
    {
      method: 'delete',
      path: '/api/v1/tokens/:id',
      access: ['admin'],
      summary: 'Revokes a token; it stops working at once',
      parameters: [
        { name: 'id', in: 'path', description: 'Id of the token, from the list', schema: text },
      ],
      answer: { status: 204, description: 'Revoked', content: {} },
      handle: async (request, response) => {
        await tokens.revoke(pathValue(request, 'id'));
        response.status(204).end();
      },
    },
  ];
}

/** An id stands for itself, so that a token can be made before the first event of its project arrives. */
const projectIds = (directory: ProjectDirectory, words: readonly string[]): string[] =>
  words.flatMap((word) => (uuid.test(word) ? [word] : directory.requireIds([word])));
