import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { CLIENT } from '../../../lib/adapters/aws/client-options.ts';

test('a service that is busy for some seconds is asked until it answers', async () => {
  let refusals = 5;
  const server = createServer((_request, response) => {
    refusals -= 1;
    response.writeHead(refusals < 0 ? 200 : 503).end(refusals < 0 ? 'here' : '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const s3 = new S3Client({
    ...CLIENT,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
  expect(await Body!.transformToString()).toBe('here');
  s3.destroy();
});

test('functions call every service so', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const files = ['lib/adapters/aws', 'lambdas'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(root, folder, file)),
  );
  const made = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/new \w+Client\((.*?)\)/g)]);
  expect(made.length).toBeGreaterThan(10);
  expect(made.filter(([, options]) => options !== 'CLIENT')).toEqual([]);
});
