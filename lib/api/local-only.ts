import type { MiddlewareHandler } from 'hono';
import { respond } from './problem-details.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Refuses what a web page from elsewhere could send to a server on this machine: requests under another name (DNS
 * rebinding), and requests that a browser says come from another origin. Links from elsewhere may open the page.
 */
export function localOnly(): MiddlewareHandler {
  return async (context, next) => {
    const { method, url } = context.req;
    const { host, hostname } = new URL(url);
    const named = context.req.header('host') ?? host;
    if (!LOOPBACK.has(hostname) || !LOOPBACK.has(named.replace(/:\d+$/, ''))) {
      return respond(
        context,
        403,
        'foreign-host',
        'denied',
        `this server is not \`${named}\``,
        'use http://127.0.0.1 and its port',
      );
    }
    const origin = context.req.header('origin');
    const site = context.req.header('sec-fetch-site');
    const isOwn = origin === undefined || origin === `http://${named}`;
    const isNavigation = method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation;
    if (!isOwn || isForeign) {
      const detail = `a page of ${origin ?? 'another origin'} asks`;
      return respond(
        context,
        403,
        'foreign-origin',
        'denied',
        detail,
        'ask from the page that this server itself serves',
      );
    }
    await next();
    context.header('cross-origin-resource-policy', 'same-origin');
    context.header('x-content-type-options', 'nosniff');
    context.header('x-frame-options', 'DENY');
    return undefined;
  };
}
