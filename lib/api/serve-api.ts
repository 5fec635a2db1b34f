import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { MeshError } from '../model/mesh-error.ts';
import { type ApiOptions, createApi } from './create-api.ts';
import { localOnly } from './local-only.ts';
import { notFoundResponse } from './problem-details.ts';

export interface ServeOptions extends ApiOptions {
  /** The first port to try. */
  readonly port: number;
  /** Folder of the page's files; the first that is there. */
  readonly portal: readonly string[];
}

export interface ServedApi {
  readonly url: string;
  close(): Promise<void>;
}

/** Nobody else's machine: only this one reaches it. */
const ADDRESS = '127.0.0.1';
const PORTS_TRIED = 100;
/** Nothing but the page's own code, and no other server. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** Serves the API and the page on this machine, on the first free port. */
export async function serveApi(options: ServeOptions): Promise<ServedApi> {
  const app = createApp(options);
  const port = await freePort(options.port);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, hostname: ADDRESS, port }, () => resolve(listening));
    listening.once('error', reject);
  });
  return {
    url: `http://${ADDRESS}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** The API with the page, guarded against pages from elsewhere. */
export function createApp(options: Omit<ServeOptions, 'port'>): Hono {
  const page = options.portal.map((folder) => join(folder, 'index.html')).find((file) => existsSync(file));
  const app = new Hono();
  app.notFound(notFoundResponse);
  app.use(localOnly());
  app.get('/', (context) => {
    if (page === undefined) return context.text('the page is not built; the API is at /openapi.json', 404);
    context.header('content-security-policy', POLICY);
    return context.html(readFileSync(page, 'utf8'));
  });
  app.route('/', createApi(options));
  return app;
}

async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED; port += 1) if (await isFree(port)) return port;
  const message = `no port from ${first} to ${first + PORTS_TRIED - 1} is free`;
  throw new MeshError({ code: 'no-port', kind: 'conflict', message, fix: 'end what uses them, or say `--port`' });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, ADDRESS, () => probe.close(() => resolve(true)));
  });
}
